"""Makes images.zip (small JPEG files of every kind) and expected.tsv (size and CRC-32 of the pixels that djpeg decodes).

Needs cjpeg, djpeg and jpegtran (libjpeg-turbo 2.1 or later) and Python with NumPy and Pillow. Usage: python3 make.py
expected.tsv: name, eighths (decoding scale), width, height, CRC-32 of the RGB bytes (four-component files: of C*K/255, M*K/255, Y*K/255,
as djpeg writes them). Files with fractional sampling factors, which djpeg refuses, are computed here from djpeg's planes.
encoded.tsv: name, quality, sampling (Full = 4:4:4, Half = 4:2:0), length and CRC-32 of the file that cjpeg makes of djpeg's pixels.
shared.tsv: as expected.tsv, for pictures of the test data folder given as argument (python3 make.py FOLDER), by path inside it.
"""
import io, os, struct, subprocess, sys, zipfile, zlib
import numpy as np
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))


def picture(width, height):
    """Waves, hard edges and noise: all frequencies, both chroma directions."""
    y, x = np.mgrid[0:height, 0:width]
    a = np.stack([127 + 100 * np.sin(x / 9 + y / 15), 127 + 100 * np.sin(y / 7 - x / 23), 127 + 90 * np.cos((x + y) / 11)], -1)
    a += np.random.RandomState(width * 1000 + height).randn(height, width, 3) * 6
    a[(x // 13 + y // 9) % 7 == 0] = [250, 20, 30]
    a[(x // 17 - y // 5) % 9 == 0] = [5, 30, 250]
    return Image.fromarray(np.clip(a, 0, 255).astype(np.uint8))


def tool(arguments, data):
    return subprocess.run(arguments, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout


def ppm(image):
    out = io.BytesIO()
    image.save(out, "PPM")
    return out.getvalue()


def cjpeg(image, *options):
    return tool(["cjpeg", "-quality", "80", *options], ppm(image))


def segments(data):
    """(marker, start, end) of the segments up to the first scan header, that one included."""
    at = 2
    while True:
        marker, length = data[at + 1], struct.unpack(">H", data[at + 2:at + 4])[0]
        yield marker, at, at + 2 + length
        if marker == 0xDA:
            return
        at += 2 + length


def without(data, *markers):
    keep, last = data[:2], 2
    for marker, start, end in segments(data):
        if marker not in markers:
            keep += data[start:end]
        last = end
    return keep + data[last:]


def adobe(data, transform):
    """The file with an Adobe marker of that transform instead of JFIF's and Adobe's own."""
    data = without(data, 0xE0, 0xEE)
    return data[:2] + b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + bytes([transform]) + data[2:]


def stray(data):
    """Stray bytes, fill bytes and an unknown segment between the segments, where decoders must skip them."""
    out = data[:2]
    last = 2
    for marker, start, end in segments(data):
        out += b"\x00\x12\xfe" + b"\xff\xff\xff" + data[start:end]
        if marker != 0xDA and start == 2:
            out += b"\xff\xe5\x00\x06\xff\xd9\xff\xda"
        last = end
    return out + data[last:]


def exif(data, orientation, order):
    pack = {"II": "<", "MM": ">"}[order]
    tiff = order.encode() + struct.pack(pack + "HI", 42, 8) + struct.pack(pack + "H", 1) + struct.pack(pack + "HHIHH", 0x112, 3, 1, orientation, 0) + struct.pack(pack + "I", 0)
    body = b"Exif\0\0" + tiff
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[2:]


def fractional(factors, width, height):
    """A file whose factors do not divide each other, put together from three gray files, and its pixels: samples repeated (pixel x takes sample x * H / Hmax)."""
    high, wide = max(v for _, v in factors), max(h for h, _ in factors)
    frame, scans, planes, tables = b"", b"", [], b""
    for index, (h, v) in enumerate(factors):
        size = (-(-width * h // wide), -(-height * v // high))
        gray = cjpeg(picture(*size), "-grayscale")
        parts = {marker: gray[start:end] for marker, start, end in segments(gray)}
        if index == 0:
            tables = b"".join(gray[start:end] for marker, start, end in segments(gray) if marker in (0xDB, 0xC4))
        body = gray[list(segments(gray))[-1][2]:-2]
        frame += bytes([index + 1, h << 4 | v, 0])
        scans += b"\xff\xda\x00\x08\x01" + bytes([index + 1]) + b"\x00\x00\x3f\x00" + body
        plane = np.asarray(Image.open(io.BytesIO(tool(["djpeg", "-pnm"], gray)))).astype(int)
        planes.append(plane[(np.arange(height) * v // high)[:, None], (np.arange(width) * h // wide)[None, :]])
    y, b, r = planes[0], planes[1] - 128, planes[2] - 128
    rgb = np.stack([y + (91881 * r + 32768 >> 16), y + (-22554 * b - 46802 * r + 32768 >> 16), y + (116130 * b + 32768 >> 16)], -1)
    data = b"\xff\xd8" + tables + b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03" + frame + scans + b"\xff\xd9"
    return data, f"{width}\t{height}\t{zlib.crc32(np.clip(rgb, 0, 255).astype(np.uint8).tobytes()):08X}"


FRACTIONAL = {
    "fractional_3x2_2x1_1x2": ([(3, 2), (2, 1), (1, 2)], 41, 29),
    "fractional_4x3_3x2_1x1": ([(4, 3), (3, 2), (1, 1)], 37, 50),
    "fractional_2x1_3x4_4x3": ([(2, 1), (3, 4), (4, 3)], 33, 31),
}


def script(text):
    path = os.path.join(HERE, "scans.tmp")
    with open(path, "w") as file:
        file.write(text)
    return path


def make():
    files = {}
    samplings = ["1x1", "2x1", "1x2", "2x2", "4x1", "1x4", "4x2", "2x4", "3x1", "1x3", "3x2", "2x3", "2x2,2x1,1x2", "2x2,1x2,2x1", "4x1,2x1,1x1", "2x1,1x1,2x1", "1x1,2x2,1x1", "4x1,1x1,2x1"]
    for sampling in samplings:
        files["baseline_" + sampling] = cjpeg(picture(43, 37), "-sample", sampling)
        files["progressive_" + sampling] = cjpeg(picture(37, 43), "-progressive", "-sample", sampling)
        files["restart_" + sampling] = cjpeg(picture(39, 35), "-restart", "1B" if "," in sampling else "1", "-sample", sampling)
    for width, height in [(1, 1), (2, 2), (3, 5), (5, 3), (8, 8), (15, 17), (16, 16), (1, 40), (40, 1), (33, 64), (130, 9)]:
        files[f"size_{width}x{height}"] = cjpeg(picture(width, height), "-sample", "2x2")
        files[f"size_{width}x{height}_progressive"] = cjpeg(picture(width, height), "-sample", "2x1", "-progressive")
    for quality in [1, 10, 50, 95, 100]:
        files[f"quality_{quality}"] = cjpeg(picture(40, 40), "-quality", str(quality), "-sample", "2x2")
        files[f"quality_{quality}_optimized_progressive"] = cjpeg(picture(40, 40), "-quality", str(quality), "-sample", "1x1", "-progressive", "-optimize")
    image = picture(41, 29)
    files["gray"] = cjpeg(image, "-grayscale")
    files["gray_progressive"] = cjpeg(image, "-grayscale", "-progressive")
    files["gray_2x2"] = cjpeg(image, "-grayscale", "-sample", "2x2")
    files["rgb"] = cjpeg(image, "-rgb")
    files["rgb_progressive"] = cjpeg(image, "-rgb", "-progressive")
    files["rgb_adobe"] = adobe(cjpeg(image, "-rgb"), 0)
    files["ycc_adobe"] = adobe(cjpeg(image, "-sample", "2x2"), 1)
    files["ycc_without_markers"] = without(cjpeg(image, "-sample", "2x2"), 0xE0)
    for name, options in [("", {}), ("_progressive", {"progressive": True})]:
        out = io.BytesIO()
        image.convert("CMYK").save(out, "JPEG", quality=85, **options)
        files["cmyk" + name] = adobe(out.getvalue(), 0)
        files["ycck" + name] = adobe(out.getvalue(), 2)
        files["cmyk_without_markers" + name] = without(out.getvalue(), 0xEE)
    base = cjpeg(image, "-sample", "2x2")
    files["no_end"] = base[:-2]
    files["no_end_progressive"] = cjpeg(image, "-sample", "2x2", "-progressive")[:-2]
    files["stray_bytes"] = stray(base)
    files["stray_bytes_progressive"] = stray(cjpeg(image, "-progressive"))
    files["bytes_behind"] = base + b"\xff\xd8 anything"
    files["no_huffman_tables"] = without(base, 0xC4)
    files["baseline_separate_scans"] = tool(["jpegtran", "-scans", script("0;\n1;\n2;\n")], base)
    files["baseline_two_scans"] = tool(["jpegtran", "-scans", script("0;\n1 2;\n"), "-restart", "1B"], base)
    files["progressive_many_scans"] = tool(["jpegtran", "-scans", script(
        "0 1 2: 0-0, 0, 2;\n0: 1-1, 0, 3;\n0: 2-9, 0, 1;\n1: 1-63, 0, 2;\n2: 1-5, 0, 0;\n2: 6-63, 0, 1;\n0: 10-63, 0, 2;\n0: 1-1, 3, 2;\n0: 1-1, 2, 1;\n"
        "0 1 2: 0-0, 2, 1;\n0 1 2: 0-0, 1, 0;\n0: 1-1, 1, 0;\n0: 2-9, 1, 0;\n0: 10-63, 2, 1;\n0: 10-63, 1, 0;\n1: 1-63, 2, 1;\n1: 1-63, 1, 0;\n2: 6-63, 1, 0;\n"), "-restart", "3B"], base)
    for orientation in range(1, 9):
        files[f"exif_{orientation}"] = exif(cjpeg(picture(24, 16), "-quality", "60"), orientation, "II" if orientation % 2 else "MM")
    os.remove(os.path.join(HERE, "scans.tmp"))
    return files


def expected(data, eighths):
    result = subprocess.run(["djpeg", "-pnm", "-scale", f"{eighths}/8"], input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    if result.returncode not in (0, 2):
        raise ValueError("djpeg refuses the file")
    image = Image.open(io.BytesIO(result.stdout)).convert("RGB")
    return f"{image.width}\t{image.height}\t{zlib.crc32(image.tobytes()):08X}"


def encoded(files):
    with open(os.path.join(HERE, "encoded.tsv"), "w") as out:
        for name in ["size_1x1", "size_3x5", "size_16x16", "size_33x64", "size_130x9", "baseline_1x1", "progressive_2x2", "quality_100"]:
            pixels = tool(["djpeg", "-pnm"], files[name])
            for quality in [1, 30, 50, 89, 90, 100]:
                for sampling, factors in [("Full", "1x1"), ("Half", "2x2")]:
                    data = tool(["cjpeg", "-baseline", "-quality", str(quality), "-sample", factors], pixels)
                    out.write(f"{name}\t{quality}\t{sampling}\t{len(data)}\t{zlib.crc32(data):08X}\n")


def shared(folder):
    with open(os.path.join(HERE, "shared.tsv"), "w") as out:
        for source, step in [("melanoma_bm/benign", 8), ("melanoma_bm/malignant", 8), ("ham10000/nv", 700), ("ham10000/mel", 300), ("ham10000/bcc", 150), ("ham10000/df", 40)]:
            for name in sorted(os.listdir(os.path.join(folder, source)))[::step]:
                with open(os.path.join(folder, source, name), "rb") as file:
                    out.write(f"{source}/{name}\t8\t{expected(file.read(), 8)}\n")


if len(sys.argv) > 1:
    shared(sys.argv[1])
else:
    everything = make()
    encoded(everything)
    fractions = {name: fractional(*arguments) for name, arguments in FRACTIONAL.items()}
    everything |= {name: data for name, (data, _) in fractions.items()}
    with zipfile.ZipFile(os.path.join(HERE, "images.zip"), "w", zipfile.ZIP_DEFLATED) as archive, open(os.path.join(HERE, "expected.tsv"), "w") as table:
        for key in sorted(everything):
            entry = zipfile.ZipInfo(key + ".jpg", (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, everything[key])
            if key in fractions:
                table.write(f"{key}\t8\t{fractions[key][1]}\n")
                continue
            for scale in (8, 4, 2, 1):
                table.write(f"{key}\t{scale}\t{expected(everything[key], scale)}\n")
