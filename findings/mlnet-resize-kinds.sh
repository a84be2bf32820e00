#!/usr/bin/env bash
# Microsoft.ML.ImageAnalytics 5.0.1: ResizeImages averages when it shrinks with IsoPad and IsoCrop, but takes single pixels with Fill.
#
# An image of columns 0, 200, 0, 200 … that is halved (or quartered) becomes an even 100 with IsoPad and IsoCrop. With Fill every output pixel is one input
# pixel, so the same image becomes all 0 (4 -> 2) or all 200 (8 -> 2): thin hairs or a fine net of pigment vanish or become solid, depending on the size.
# The three kinds are documented as ways to treat the proportions; that they differ in the filter, too, is not said.
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
    <PackageReference Include="SkiaSharp" Version="2.88.9" />
    <PackageReference Include="SkiaSharp.NativeAssets.Linux.NoDependencies" Version="2.88.9" />
  </ItemGroup>
</Project>
XML
cat > Program.cs <<'CS'
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Kind = Microsoft.ML.Transforms.Image.ImageResizingEstimator.ResizingKind;

MLContext ml = new(seed: 1);
foreach (Kind kind in new[] { Kind.IsoPad, Kind.IsoCrop, Kind.Fill })
    foreach (int size in new[] { 2, 4, 8 })
    {
        byte[] pixels = new byte[size * size * 4];
        for (int i = 0; i < size * size; i++)
            (pixels[4 * i], pixels[4 * i + 1], pixels[4 * i + 2], pixels[4 * i + 3]) = i % 2 == 0 ? ((byte)0, (byte)0, (byte)0, (byte)255) : ((byte)200, (byte)200, (byte)200, (byte)255);
        IDataView data = ml.Data.LoadFromEnumerable([new Row { Image = MLImage.CreateFromPixels(size, size, MLPixelFormat.Bgra32, pixels) }]);
        IDataView result = ml.Transforms.ResizeImages("Small", 2, 2, "Image", kind).Append(ml.Transforms.ExtractPixels("Pixels", "Small")).Fit(data).Transform(data);
        Console.WriteLine($"{kind}, columns 0 and 200, {size} -> 2: {string.Join(" ", result.GetColumn<float[]>("Pixels").Single()[..2])}");
    }

internal sealed class Row
{
    // The type wants a size; images of any other size pass all the same.
    [ImageType(8, 8)]
    public MLImage Image { get; set; } = null!;
}
CS
dotnet run -c Release --nologo > output.txt 2> errors.txt || { cat output.txt errors.txt; exit 1; }
cat output.txt
cat > expected.txt <<'TEXT'
IsoPad, columns 0 and 200, 2 -> 2: 0 200
IsoPad, columns 0 and 200, 4 -> 2: 100 100
IsoPad, columns 0 and 200, 8 -> 2: 100 100
IsoCrop, columns 0 and 200, 2 -> 2: 0 200
IsoCrop, columns 0 and 200, 4 -> 2: 100 100
IsoCrop, columns 0 and 200, 8 -> 2: 100 100
Fill, columns 0 and 200, 2 -> 2: 0 200
Fill, columns 0 and 200, 4 -> 2: 0 0
Fill, columns 0 and 200, 8 -> 2: 200 200
TEXT
if diff -u expected.txt output.txt; then
  echo "as found"
else
  echo "the behavior has changed"
  exit 1
fi
