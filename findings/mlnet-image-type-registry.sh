#!/usr/bin/env bash
# Microsoft.ML.ImageAnalytics 5.0.1: the size in [ImageType(height, width)] is neither checked nor applied, but it decides whether a column can be read.
#
# A column of images of 8×8, made by ResizeImages, cannot be read into a class whose property says [ImageType(1, 1)]: NotImplementedException, "Type
# 'Microsoft.ML.Data.MLImage' is not yet supported." As soon as anything in the process has used a class that says [ImageType(8, 8)], the very same read of
# the very same column works, into the class that says 1×1. So whether a program works depends on what ran before it. And a column that is declared as 8×8
# by such a class hands out images of any size; ExtractPixels then fails with a sentence that names neither the column nor a size.
# Seen on two generated images.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.ML" Version="5.0.1" />
    <PackageReference Include="Microsoft.ML.ImageAnalytics" Version="5.0.1" />
    <PackageReference Include="SkiaSharp.NativeAssets.Linux.NoDependencies" Version="2.88.9" />
  </ItemGroup>
</Project>
XML
cat > Program.cs <<'CS'
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

MLContext ml = new(1);
MLImage Make(int width, int height) => MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, new byte[width * height * 4]);
string path = Path.Combine(Environment.CurrentDirectory, "image.png");
Make(30, 20).Save(path);
IDataView files = ml.Data.LoadFromEnumerable([new Row { Path = path }]);
IDataView resized = ml.Transforms.LoadImages("Image", "", "Path").Append(ml.Transforms.ResizeImages("Image", 8, 8)).Fit(files).Transform(files);
Console.WriteLine($"column {resized.Schema["Image"].Type}, read into [ImageType(1, 1)]: {Read(resized)}");
IDataView declared = ml.Data.LoadFromEnumerable([new Eight { Image = Make(8, 8) }, new Eight { Image = Make(30, 20) }]);
Console.WriteLine($"column {declared.Schema["Image"].Type} of a class with [ImageType(8, 8)], read into [ImageType(1, 1)]: {Read(declared)}");
Console.WriteLine($"the resized column again: {Read(resized)}");
try
{
    _ = ml.Transforms.ExtractPixels("Pixels", "Image").Fit(declared).Transform(declared).GetColumn<float[]>("Pixels").Count();
}
catch (Exception error)
{
    Console.WriteLine($"ExtractPixels of the 30x20 image: {error.GetType().Name}: {error.Message}");
}

string Read(IDataView data)
{
    try
    {
        return string.Join(", ", ml.Data.CreateEnumerable<One>(data, false).Select(r => $"{r.Image!.Width}x{r.Image.Height}"));
    }
    catch (Exception error)
    {
        return $"{error.GetType().Name}: {error.Message}";
    }
}

public sealed class Row { public string Path { get; set; } = ""; }
public sealed class Eight { [ImageType(8, 8)] public MLImage Image { get; set; } = null!; }
public sealed class One { [ImageType(1, 1)] public MLImage Image { get; set; } = null!; }
CS
dotnet run -c Release --nologo > output.txt 2> errors.txt || { cat output.txt errors.txt; exit 1; }
cat output.txt
cat > expected.txt <<'TEXT'
column Image<8, 8>, read into [ImageType(1, 1)]: NotImplementedException: Type 'Microsoft.ML.Data.MLImage' is not yet supported.
column Image<8, 8> of a class with [ImageType(8, 8)], read into [ImageType(1, 1)]: 8x8, 30x20
the resized column again: 8x8
ExtractPixels of the 30x20 image: InvalidOperationException: Operation is not valid due to the current state of the object.
TEXT
if diff -u expected.txt output.txt; then
  echo "as found"
else
  echo "the behavior has changed"
  exit 1
fi
