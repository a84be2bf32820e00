#!/usr/bin/env bash
# ONNX Runtime 1.31.1: Resize with coordinate_transformation_mode "align_corners" and scales that give no whole length.
#
# ONNX's operator text computes x_original = x_resized * (length_original - 1) / (length_resized - 1) with length_resized = length_original * scale.
# ONNX's own node test test_resize_downsample_scales_linear_align_corners (releases 1.5 to 1.17: 1..8 as [1,1,2,4], scales 0.6) keeps the fraction
# (4 * 0.6 = 2.4) and records 1 and 3.142857. ONNX Runtime rounds the length down first (2) and gives 1 and 4, so the last sample is a corner.
# A network that reaches such a Resize gives other numbers in the reference implementation and in the runtime, without a message.
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
    <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="1.31.1" />
  </ItemGroup>
</Project>
XML
cat > Program.cs <<'CS'
using System.Text;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

// A few messages of onnx.proto, written by field number.
static byte[] Join(params byte[][] parts) => parts.SelectMany(p => p).ToArray();
static byte[] Var(ulong v) { List<byte> b = []; do { byte x = (byte)(v & 127); v >>= 7; b.Add(v != 0 ? (byte)(x | 128) : x); } while (v != 0); return [.. b]; }
static byte[] Num(int field, long v) => Join(Var((ulong)field << 3), Var((ulong)v));
static byte[] Bytes(int field, byte[] v) => Join(Var(((ulong)field << 3) | 2), Var((ulong)v.Length), v);
static byte[] Text(int field, string v) => Bytes(field, Encoding.UTF8.GetBytes(v));
static byte[] Str(string name, string v) => Join(Text(1, name), Text(4, v), Num(20, 3));
static byte[] Node(string op, string[] inputs, string output, params byte[][] attributes) => Join(Join([.. inputs.Select(i => Text(1, i))]), Text(2, output), Text(4, op), Join([.. attributes.Select(a => Bytes(5, a))]));
static byte[] Floats(string name, params float[] v) => Join(Num(1, v.Length), Num(2, 1), Text(8, name), Bytes(9, [.. v.SelectMany(BitConverter.GetBytes)]));
static byte[] Value(string name, params long[] dims) => Join(Text(1, name), Bytes(2, Bytes(1, Join(Num(1, 1), Bytes(2, Join([.. dims.Select(d => Bytes(1, Num(1, d)))]))))));
static byte[] Out(string name) => Join(Text(1, name), Bytes(2, Bytes(1, Num(1, 1))));
static byte[] Model(long opset, byte[] node, byte[][] inits, byte[] input, byte[] output)
    => Join(Num(1, 8), Bytes(7, Join(Bytes(1, node), Text(2, "g"), Join([.. inits.Select(i => Bytes(5, i))]), Bytes(11, input), Bytes(12, output))), Bytes(8, Num(2, opset)));
static string Run(byte[] model, int[] shape, float[] x)
{
    try
    {
        using InferenceSession s = new(model);
        using var r = s.Run([NamedOnnxValue.CreateFromTensor("x", new DenseTensor<float>(x, shape))]);
        var t = r.First().AsTensor<float>();
        return $"[{string.Join(",", t.Dimensions.ToArray())}] {string.Join(" ", t.Select(v => v.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture)))}";
    }
    catch (OnnxRuntimeException e) { return "refused: " + e.Message.Split('\n')[0]; }
}
float[] x = [1, 2, 3, 4, 5, 6, 7, 8];
byte[] model = Model(13, Node("Resize", ["x", "", "s"], "y", Str("mode", "linear"), Str("coordinate_transformation_mode", "align_corners")),
    [Floats("s", 1, 1, 0.6f, 0.6f)], Value("x", 1, 1, 2, 4), Out("y"));
Console.WriteLine("align_corners, 2x4 by 0.6: " + Run(model, [1, 1, 2, 4], x));
CS
dotnet run -c Release --nologo > output.txt 2> errors.txt || { cat output.txt errors.txt; exit 1; }
cat output.txt
cat > expected.txt <<'TEXT'
align_corners, 2x4 by 0.6: [1,1,1,2] 1 4
TEXT
if diff -u expected.txt output.txt; then
  echo "as found"
else
  echo "the behavior has changed"
  exit 1
fi
