#!/usr/bin/env bash
# Microsoft.ML.DnnImageFeaturizer.ResNet18 0.23.1: of other image sizes its ONNX file takes multiples of 32 and up to three pixels more.
#
# The file declares 1x3x224x224 and has convolutions and one pooling, no dense layer, so one may free height and width of its input. ONNX Runtime 1.31.1
# then runs it at 227, 256 and 288 pixels. At 228 and 240 it fails at a residual Add: the 3x3 convolutions of stride 2 have pads 1,1,0,0 (CNTK pads the
# beginning alone), so that an odd side of 15 becomes 7, while the 1x1 shortcut beside it makes 8. A usual ResNet-18 (pads 1,1,1,1) makes 8 in both and
# takes any size. So "does it take other sizes?" must be asked of the sizes that are meant, not of any, such as a half.
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
    <Nullable>enable</Nullable>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="1.31.1" />
    <PackageDownload Include="Microsoft.ML.DnnImageFeaturizer.ResNet18" Version="[0.23.1]" />
    <None Include="$([MSBuild]::EnsureTrailingSlash('$(NuGetPackageRoot)'))microsoft.ml.dnnimagefeaturizer.resnet18/0.23.1/tools/DnnImageModels/ResNet18Onnx/ResNet18.onnx" CopyToOutputDirectory="PreserveNewest" Link="ResNet18.onnx" />
  </ItemGroup>
</Project>
XML
cat > Program.cs <<'CS'
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

byte[] file = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "ResNet18.onnx"));
// onnx.proto by field number: model 7 graph; graph 1 node, 5 initializer, 11 input, 12 output; value 1 name, 2 type; type 1 tensor; tensor 2 shape;
// shape 1 dimension; dimension 1 value, 2 name. The one input is written again with names for height and width, the output without its shape.
byte[] free = Edit(file, 7, graph => Edit(Edit(graph, 11, value => Input(value)), 12, Output));
foreach (byte[] node in Fields(Fields(free, 7).Single(), 1).Where(n => Encoding.UTF8.GetString(Fields(n, 4).Single()) == "Conv"))
    if (Attribute(node, "strides") == "2,2")
        Console.WriteLine($"strided convolution: kernel {Attribute(node, "kernel_shape")} auto_pad {Attribute(node, "auto_pad")} pads {Attribute(node, "pads")}");
using InferenceSession session = new(free, new SessionOptions
{
    LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
    GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
});
foreach (int side in new[] { 224, 227, 228, 240, 256, 288 })
    try
    {
        using var result = session.Run([NamedOnnxValue.CreateFromTensor(session.InputMetadata.Keys.Single(), new DenseTensor<float>([1, 3, side, side]))]);
        Console.WriteLine($"{side}: [{string.Join(",", result.First().AsTensor<float>().Dimensions.ToArray())}]");
    }
    catch (OnnxRuntimeException e)
    {
        Match shapes = Regex.Match(e.Message, @"\{[\d,]+\} != \{[\d,]+\}");
        Console.WriteLine($"{side}: {(shapes.Success ? "fails, " + shapes.Value : e.Message)}");
    }

static byte[] Input(byte[] value) => Edit(value, 2, type => Edit(type, 1, tensor => Edit(tensor, 2, shape =>
{
    int dimension = 0;
    return Edit(shape, 1, d => dimension++ switch { 2 => [0x12, 1, (byte)'h'], 3 => [0x12, 1, (byte)'w'], _ => d });
})));
static byte[] Output(byte[] value) => Edit(value, 2, type => Edit(type, 1, tensor => [8, 1]));

static string Attribute(byte[] node, string name)
{
    byte[]? attribute = Fields(node, 5).FirstOrDefault(a => Encoding.UTF8.GetString(Fields(a, 1).Single()) == name);
    if (attribute is null)
        return "none";
    if (Fields(attribute, 4) is [byte[] text, ..])
        return Encoding.UTF8.GetString(text);
    List<string> numbers = [];
    foreach ((int field, int kind, int from, int to) in Parts(attribute))
        if (field == 8)
            for (int at = from; at < to;)
                numbers.Add($"{Number(attribute, ref at)}");
    return string.Join(",", numbers);
}

static List<byte[]> Fields(byte[] message, int wanted) =>
    [.. Parts(message).Where(p => p.Field == wanted && p.Kind == 2).Select(p => message[p.From..p.To])];

static byte[] Edit(byte[] message, int wanted, Func<byte[], byte[]> change)
{
    using MemoryStream edited = new();
    foreach ((int field, int kind, int from, int to) in Parts(message))
    {
        byte[] content = field == wanted && kind == 2 ? change(message[from..to]) : message[from..to];
        Write(edited, (ulong)(field << 3 | kind));
        if (kind == 2)
            Write(edited, (ulong)content.Length);
        edited.Write(content);
    }
    return edited.ToArray();
}

static IEnumerable<(int Field, int Kind, int From, int To)> Parts(byte[] message)
{
    for (int at = 0; at < message.Length;)
    {
        ulong key = Number(message, ref at);
        int kind = (int)(key & 7), from = at;
        if (kind == 0)
            Number(message, ref at);
        else if (kind == 2)
        {
            int length = (int)Number(message, ref at);
            from = at;
            at += length;
        }
        else
            at += kind == 1 ? 8 : 4;
        yield return ((int)(key >> 3), kind, from, at);
    }
}

static ulong Number(byte[] message, ref int at)
{
    ulong value = 0;
    for (int shift = 0; ; shift += 7)
    {
        byte b = message[at++];
        value |= (ulong)(b & 127) << shift;
        if (b < 128)
            return value;
    }
}

static void Write(Stream stream, ulong value)
{
    for (; value > 127; value >>= 7)
        stream.WriteByte((byte)(value | 128));
    stream.WriteByte((byte)value);
}
CS
dotnet run -c Release --nologo > output.txt 2> errors.txt || { cat output.txt errors.txt; exit 1; }
cat output.txt
cat > expected.txt <<'TEXT'
strided convolution: kernel 7,7 auto_pad NOTSET pads 3,3,2,2
strided convolution: kernel 1,1 auto_pad NOTSET pads 0,0,0,0
strided convolution: kernel 3,3 auto_pad NOTSET pads 1,1,0,0
strided convolution: kernel 1,1 auto_pad NOTSET pads 0,0,0,0
strided convolution: kernel 3,3 auto_pad NOTSET pads 1,1,0,0
strided convolution: kernel 1,1 auto_pad NOTSET pads 0,0,0,0
strided convolution: kernel 3,3 auto_pad NOTSET pads 1,1,0,0
224: [1,512,1,1]
227: [1,512,1,1]
228: fails, {1,128,28,28} != {1,128,29,29}
240: fails, {1,512,7,7} != {1,512,8,8}
256: [1,512,2,2]
288: [1,512,3,3]
TEXT
if diff -u expected.txt output.txt; then
  echo "as found"
else
  echo "the behavior has changed"
  exit 1
fi
