#!/usr/bin/env bash
# Parquet.Net 6.1.0: a column declared with typeof(string) or typeof(byte[]) says ReadOnlyMemory<char> or ReadOnlyMemory<byte> of itself.
#
# DataField.ClrType of a text column is ReadOnlyMemory<char>, both in the schema that a program has just declared with typeof(string) and in the schema that
# is read from a file; of a binary column (the encoded images that data hubs publish) it is ReadOnlyMemory<byte>. Numbers and dates keep their type. So code
# that picks columns with ClrType == typeof(string), or makes an array for a column from ClrType, finds no labels and no images, without a message; yet the
# values themselves are still written from and read into string[] and byte[][].
# Seen on a table of an image column, a label and a score.
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
    <PackageReference Include="Parquet.Net" Version="6.1.0" />
  </ItemGroup>
</Project>
XML
cat > Program.cs <<'CS'
using Parquet;
using Parquet.Schema;

ParquetSchema schema = new(
    new DataField("image", typeof(byte[])), new DataField("label", typeof(string)), new DataField("score", typeof(float)));
using MemoryStream stream = new();
await using (ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream))
{
    using ParquetRowGroupWriter group = writer.CreateRowGroup();
    await group.WriteAsync(schema.DataFields[0], (byte[][])[[1, 2], [3]]);
    await group.WriteAsync(schema.DataFields[1], (string[])["mel", "nv"]);
    await group.WriteAsync<float>(schema.DataFields[2], new float[] { 0.5f, 0.25f });
}
stream.Position = 0;
await using ParquetReader reader = await ParquetReader.CreateAsync(stream);
foreach ((DataField declared, DataField read) in schema.DataFields.Zip(reader.Schema.DataFields))
    Console.WriteLine($"{declared.Name}: declared {Name(declared.ClrType)}, read {Name(read.ClrType)}");
Console.WriteLine($"columns with ClrType == typeof(string): {reader.Schema.DataFields.Count(f => f.ClrType == typeof(string))}");
using ParquetRowGroupReader rows = reader.OpenRowGroupReader(0);
string[] labels = new string[2];
byte[][] images = new byte[2][];
await rows.ReadAsync(reader.Schema.DataFields[1], labels.AsMemory());
await rows.ReadAsync(reader.Schema.DataFields[0], images.AsMemory());
Console.WriteLine($"read into string[] and byte[][]: {string.Join(" ", labels)}, {string.Join(" ", images.Select(i => i.Length))} bytes");

static string Name(Type type) => type.IsGenericType ? $"{type.Name[..^2]}<{type.GetGenericArguments()[0].Name}>" : type.Name;
CS
dotnet run -c Release --nologo > output.txt 2> errors.txt || { cat output.txt errors.txt; exit 1; }
cat output.txt
cat > expected.txt <<'TEXT'
image: declared ReadOnlyMemory<Byte>, read ReadOnlyMemory<Byte>
label: declared ReadOnlyMemory<Char>, read ReadOnlyMemory<Char>
score: declared Single, read Single
columns with ClrType == typeof(string): 0
read into string[] and byte[][]: mel nv, 2 1 bytes
TEXT
if diff -u expected.txt output.txt; then
  echo "as found"
else
  echo "the behavior has changed"
  exit 1
fi
