using System.Security.Cryptography;
using System.Text;
using SkinClassifier.Common;

namespace SkinClassifier.Trainers.Checkpoints;

/// <summary>
/// A file from which a run continues: magic "SKCP", format 4, key of data and options, the writer's content, and the SHA-256 of everything before.
/// Written under a temporary name and renamed, so a run that is killed at any moment leaves the old checkpoint or the new one.
/// </summary>
internal sealed class CheckpointFile(string folder, string key)
{
    private const uint Magic = 0x5043_4B53, Format = 4;
    private const int HashLength = 32;

    /// <summary>Full path of the file.</summary>
    public string FilePath { get; } = Path.Combine(folder, "checkpoint.bin");

    /// <summary>Whether there is a checkpoint.</summary>
    public bool Exists => File.Exists(FilePath);

    /// <summary>Removes the checkpoint of an earlier run.</summary>
    public void Delete() => File.Delete(FilePath);

    /// <summary>Removes what a run that was killed while it wrote has left beside the checkpoint.</summary>
    public void DeleteUnfinished() => AtomicFile.DeleteUnfinished(folder, Path.GetFileName(FilePath));

    /// <summary>Replaces the checkpoint.</summary>
    /// <exception cref="IOException">The disk is full or the folder cannot be written; the old checkpoint stays.</exception>
    public void Save(Action<BinaryWriter> write) => AtomicFile.Write(FilePath, stream =>
    {
        using SHA256 hash = SHA256.Create();
        using (CryptoStream hashed = new(stream, hash, CryptoStreamMode.Write, leaveOpen: true))
        using (BinaryWriter writer = new(hashed, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Magic);
            writer.Write(Format);
            writer.Write(key);
            write(writer);
            writer.Flush();
            hashed.FlushFinalBlock();
        }
        stream.Write(hash.Hash!);
    });

    /// <summary>Checks the file and hands its content to <paramref name="read"/>.</summary>
    /// <exception cref="InvalidContentException">The file is damaged.</exception>
    /// <exception cref="ArgumentException">The checkpoint was made with other data or options.</exception>
    public T Load<T>(Func<BinaryReader, T> read)
    {
        using FileStream stream = File.OpenRead(FilePath);
        byte[] expected = new byte[HashLength];
        if (stream.Length < HashLength + 8)
            throw Damaged($"the file has only {stream.Length} bytes");
        using (SHA256 hash = SHA256.Create())
        {
            byte[] buffer = new byte[1 << 16];
            long left = stream.Length - HashLength;
            while (left > 0)
            {
                int taken = stream.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
                if (taken == 0)
                    throw Damaged("the file ends too early");
                hash.TransformBlock(buffer, 0, taken, null, 0);
                left -= taken;
            }
            hash.TransformFinalBlock([], 0, 0);
            stream.ReadExactly(expected);
            if (!hash.Hash.AsSpan().SequenceEqual(expected))
                throw Damaged("the checksum is wrong");
        }
        stream.Position = 0;
        using BinaryReader reader = new(stream, Encoding.UTF8);
        if (reader.ReadUInt32() != Magic || reader.ReadUInt32() != Format)
            throw Damaged("it is no checkpoint of format 3");
        string written = reader.ReadString();
        if (written != key)
        {
            bool sameData = written.Split(' ')[0] == key.Split(' ')[0];
            throw new ArgumentException($"{FilePath}: the checkpoint was made with "
                + $"{(sameData ? "the same data but other options, other first weights or another seed"
                    : "other data: images or labels have changed, or another seed gives other splits")}. Resume with the same ones, or start again in "
                + $"another folder.", nameof(read));
        }
        return read(reader);
    }

    private InvalidContentException Damaged(string what) =>
        new($"{FilePath}: expected a whole checkpoint, but {what}. Delete the file and start the training again.");
}
