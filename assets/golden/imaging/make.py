#!/usr/bin/env python3
"""Writes small PNG, BMP and GIF files and what they must decode to; resizes, turns and filters recorded from Pillow.

Run in this folder with Pillow and NumPy installed:  python3 make.py
Result: images/*.png|bmp|gif and expected.txt, one case a line:
  decode FILE WIDTH HEIGHT SHA256         the RGB bytes that the file shows
  resize FILTER WIDTH HEIGHT SHA256       of the picture that source() describes, resized
Expected pixels come from the samples that were written; wherever Pillow reads the same variant, both must agree.
"""
import hashlib, io, os, struct, zlib
import numpy as np
from PIL import Image, ImageOps

rng = np.random.RandomState(7)
lines = []
os.makedirs("images", exist_ok=True)


def record(kind, name, rgb):
    rgb = np.ascontiguousarray(rgb, dtype=np.uint8)
    lines.append(f"{kind} {name} {rgb.shape[1]} {rgb.shape[0]} {hashlib.sha256(rgb.tobytes()).hexdigest()}")


def save(name, content, rgb, pillow=True, orientation=False):
    with open(f"images/{name}", "wb") as f:
        f.write(content)
    if pillow:
        im = Image.open(io.BytesIO(content))
        if orientation:
            im = ImageOps.exif_transpose(im)
        if im.mode in ("I;16", "I;16B", "I"):
            shown = np.repeat((np.array(im).astype(np.int64) >> 8).astype(np.uint8)[..., None], 3, 2)
        elif "A" in im.mode or "transparency" in im.info:
            rgba = im.convert("RGBA")
            white = Image.new("RGB", im.size, "white")
            white.paste(rgba, mask=rgba.getchannel("A"))
            shown = np.array(white)
        else:
            shown = np.array(im.convert("RGB"))
        assert np.array_equal(shown, rgb), f"{name}: Pillow shows something else"
    record("decode", name, rgb)


def over_white(c, a):
    c, a = c.astype(np.int64), a.astype(np.int64)
    return ((c * a + 255 * (255 - a) + 127) // 255).astype(np.uint8)


# ---------------------------------------------------------------- PNG
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pack_rows(samples, depth):
    """samples [H, W, C] -> list of packed rows"""
    h, w, c = samples.shape
    flat = samples.reshape(h, w * c)
    if depth == 16:
        return [r.astype(">u2").tobytes() for r in flat]
    if depth == 8:
        return [r.astype(np.uint8).tobytes() for r in flat]
    rows = []
    for r in flat:
        bits = "".join(format(int(v), f"0{depth}b") for v in r)
        bits += "0" * (-len(bits) % 8)
        rows.append(bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8)))
    return rows


def paeth(a, b, c):
    p = a + b - c
    pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
    return a if pa <= pb and pa <= pc else b if pb <= pc else c


def filtered(rows, step):
    out, above = b"", None
    for j, r in enumerate(rows):
        f = j % 5
        up = above or bytes(len(r))
        res = bytearray()
        for i, v in enumerate(r):
            a = r[i - step] if i >= step else 0
            b, c = up[i], up[i - step] if i >= step else 0
            res.append((v - (0, a, b, (a + b) // 2, paeth(a, b, c))[f]) & 255)
        out += bytes([f]) + bytes(res)
        above = r
    return out


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def png(samples, depth, color, interlaced=False, before=(), split=None):
    h, w, c = samples.shape
    step = max(1, c * depth // 8)
    raw = b""
    for x, y, dx, dy in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        part = samples[y::dy, x::dx]
        if part.size:
            raw += filtered(pack_rows(part, depth), step)
    data = zlib.compress(raw, 9)
    pieces = [data] if not split else [data[i:i + split] for i in range(0, len(data), split)]
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, depth, color, 0, 0, int(interlaced)))
            + b"".join(chunk(k, d) for k, d in before) + b"".join(chunk(b"IDAT", p) for p in pieces) + chunk(b"IEND", b""))


def smooth(h, w, c, top):
    y, x = np.mgrid[0:h, 0:w]
    planes = [(np.sin(x / 3 + k) + np.cos(y / 4 - k) + 2) / 4 * top + rng.rand(h, w) * top / 12 for k in range(c)]
    return np.clip(np.stack(planes, 2), 0, top).astype(np.int64)


def to8(v, depth):
    return (v >> 8 if depth == 16 else v * 255 // (2 ** depth - 1)).astype(np.uint8)


H, W = 11, 13
for interlaced in (False, True):
    tag = "_adam7" if interlaced else ""
    for depth in (1, 2, 4, 8, 16):
        g = smooth(H, W, 1, 2 ** depth - 1)
        rgb = np.repeat(to8(g, depth), 3, 2)
        save(f"gray{depth}{tag}.png", png(g, depth, 0, interlaced), rgb)
        key = int(g[4, 5, 0])
        rgb = np.where(g == key, 255, rgb).astype(np.uint8)
        # Pillow compares the key with samples that it has already scaled.
        save(f"gray{depth}_key{tag}.png", png(g, depth, 0, interlaced, [(b"tRNS", struct.pack(">H", key))]), rgb, pillow=depth in (1, 8))
    for depth in (8, 16):
        s = smooth(H, W, 3, 2 ** depth - 1)
        save(f"rgb{depth}{tag}.png", png(s, depth, 2, interlaced, split=50), to8(s, depth))
        key = s[3, 2]
        rgb = np.where((s == key).all(2, keepdims=True), 255, to8(s, depth)).astype(np.uint8)
        save(f"rgb{depth}_key{tag}.png", png(s, depth, 2, interlaced, [(b"tRNS", struct.pack(">HHH", *map(int, key)))]), rgb, pillow=depth == 8)
        s = smooth(H, W, 2, 2 ** depth - 1)
        s8 = to8(s, depth)
        save(f"gray_alpha{depth}{tag}.png", png(s, depth, 4, interlaced), np.repeat(over_white(s8[..., :1], s8[..., 1:]), 3, 2))
        s = smooth(H, W, 4, 2 ** depth - 1)
        s8 = to8(s, depth)
        save(f"rgb_alpha{depth}{tag}.png", png(s, depth, 6, interlaced), over_white(s8[..., :3], s8[..., 3:]))
    for depth in (1, 2, 4, 8):
        n = min(2 ** depth, 40)
        pal = rng.randint(0, 256, (n, 3))
        idx = rng.randint(0, n, (H, W, 1))
        plte = (b"PLTE", pal.astype(np.uint8).tobytes())
        save(f"palette{depth}{tag}.png", png(idx, depth, 3, interlaced, [plte]), pal[idx[..., 0]])
        alpha = np.full(n, 255)
        alpha[: n // 2] = rng.randint(0, 256, n // 2)
        shown = over_white(pal[idx[..., 0]], alpha[idx[..., 0]][..., None])
        save(f"palette{depth}_alpha{tag}.png", png(idx, depth, 3, interlaced, [plte, (b"tRNS", alpha[: n // 2].astype(np.uint8).tobytes())]), shown)
for w, h in ((1, 1), (2, 5), (3, 1), (4, 4), (1, 9)):
    s = smooth(h, w, 3, 255)
    save(f"rgb8_{w}x{h}_adam7.png", png(s, 8, 2, True), s)
s = smooth(4, 6, 3, 255)
for orientation in range(1, 9):
    tiff = (b"MM\0*\0\0\0\x08" if orientation % 2 else b"II*\0\x08\0\0\0")
    tiff += struct.pack(">H" if orientation % 2 else "<H", 1) + struct.pack(">HHIHH" if orientation % 2 else "<HHIHH", 0x112, 3, 1, orientation, 0) + bytes(4)
    turned = np.array(ImageOps.exif_transpose(Image.open(io.BytesIO(png(s, 8, 2, False, [(b"eXIf", tiff)])))))
    save(f"orientation{orientation}.png", png(s, 8, 2, False, [(b"eXIf", tiff)]), turned, orientation=True)


# ---------------------------------------------------------------- BMP
def bmp(w, h, bits, data, palette=b"", compression=0, header=40, masks=b"", used=0):
    if header == 12:
        dib = struct.pack("<IHHHH", 12, w, h, 1, bits)
    else:
        dib = struct.pack("<IiiHHIIiiII", header, w, h, 1, bits, compression, len(data), 2835, 2835, used, 0)
        if header > 40:
            dib += masks + bytes(header - 40 - len(masks))
        else:
            dib += masks
    offset = 14 + len(dib) + len(palette)
    return b"BM" + struct.pack("<IHHI", offset + len(data), 0, 0, offset) + dib + palette + data


def bmp_rows(rows, flip=True):
    rows = [r + bytes(-len(r) % 4) for r in rows]
    return b"".join(reversed(rows) if flip else rows)


def bgr0(pal, size=4):
    return b"".join(bytes([b, g, r]) + bytes(size - 3) for r, g, b in pal)


for bits in (1, 4, 8):
    n = 2 ** bits if bits < 8 else 60
    pal = rng.randint(0, 256, (n, 3))
    idx = rng.randint(0, n, (H, W, 1))
    rows = pack_rows(idx, bits)
    save(f"palette{bits}.bmp", bmp(W, H, bits, bmp_rows(rows), bgr0(pal), used=n), pal[idx[..., 0]])
    save(f"palette{bits}_top_down.bmp", bmp(W, -H, bits, bmp_rows(rows, False), bgr0(pal), used=n), pal[idx[..., 0]])
pal = rng.randint(0, 256, (256, 3))
idx = rng.randint(0, 256, (H, W, 1))
save("palette8_os2.bmp", bmp(W, H, 8, bmp_rows(pack_rows(idx, 8)), bgr0(pal, 3), header=12), pal[idx[..., 0]])
s = smooth(H, W, 3, 255)
rows = [r.astype(np.uint8)[:, ::-1].tobytes() for r in s]
save("rgb24.bmp", bmp(W, H, 24, bmp_rows(rows)), s)
save("rgb24_top_down.bmp", bmp(W, -H, 24, bmp_rows(rows, False)), s)
save("rgb24_os2.bmp", bmp(W, H, 24, bmp_rows(rows), header=12), s)
rows = [np.concatenate([r[:, ::-1], np.full((W, 1), 77)], 1).astype(np.uint8).tobytes() for r in s]
# The fourth sample is alpha, as other formats have it; Pillow leaves it out.
save("rgb32.bmp", bmp(W, H, 32, bmp_rows(rows)), over_white(s, np.full_like(s, 77)), pillow=False)
save("rgb32_v4.bmp", bmp(W, H, 32, bmp_rows(rows), header=108), over_white(s, np.full_like(s, 77)), pillow=False)


def fields(s, widths, shifts, size):
    v = sum(((s[..., c] >> (8 - widths[c])) << shifts[c]) for c in range(3))
    masks = [((1 << widths[c]) - 1) << shifts[c] for c in range(3)]
    shown = np.stack([(s[..., c] >> (8 - widths[c])) * 255 // ((1 << widths[c]) - 1) for c in range(3)], 2)
    rows = [r.astype("<u2" if size == 2 else "<u4").tobytes() for r in v]
    return rows, struct.pack("<III", *masks), shown


rows, masks, shown = fields(s, (5, 5, 5), (10, 5, 0), 2)
save("rgb555.bmp", bmp(W, H, 16, bmp_rows(rows)), shown)
rows, masks, shown = fields(s, (5, 6, 5), (11, 5, 0), 2)
save("rgb565.bmp", bmp(W, H, 16, bmp_rows(rows), compression=3, masks=masks), shown)
rows, masks, shown = fields(s, (4, 4, 4), (0, 4, 8), 2)
save("rgb444.bmp", bmp(W, H, 16, bmp_rows(rows), compression=3, masks=masks, header=56), shown, pillow=False)
rows, masks, shown = fields(s, (8, 8, 8), (0, 8, 16), 4)
save("rgb32_fields.bmp", bmp(W, H, 32, bmp_rows(rows), compression=3, masks=masks, header=52), shown, pillow=False)


def rle(idx, half):
    """Runs, stretches as they are and ends of rows; the row before the last is skipped from column 3 on with a move."""
    out, h, w = b"", *idx.shape
    shown = idx.copy()
    for y in range(h - 1, -1, -1):
        x = 0
        if y == 1:
            out += bytes([3, int(idx[y, 0]) * (17 if half else 1), 0, 2, w - 3, 1])
            shown[y, :3], shown[y, 3:] = idx[y, 0], 0
            shown[0, :] = 0
            break
        while x < w:
            n = 1
            while x + n < w and n < 255 and idx[y, x + n] == idx[y, x]:
                n += 1
            rest = w - x
            if n == 1 and rest >= 3:
                n = min(rest, 7)
                part = idx[y, x:x + n].astype(np.uint8)
                if half:
                    p = np.append(part, 0) if n % 2 else part
                    data = (p[::2] * 16 + p[1::2]).astype(np.uint8).tobytes()
                else:
                    data = part.tobytes()
                out += bytes([0, n]) + data + bytes(len(data) % 2)
            else:
                out += bytes([n, int(idx[y, x]) * (17 if half else 1)])
            x += n
        out += b"\0\0"
    return out + b"\0\1", shown


for bits in (8, 4):
    n = 2 ** bits
    pal = rng.randint(0, 256, (n, 3))
    idx = np.repeat(rng.randint(0, n, (H, 10)), 3, 1)[:, :23]
    idx[3] = rng.randint(0, n, 23)
    data, shown = rle(idx, bits == 4)
    save(f"rle{bits}.bmp", bmp(23, H, bits, data, bgr0(pal), compression=2 if bits == 4 else 1), pal[shown], pillow=False)

# ---------------------------------------------------------------- GIF
noise = Image.fromarray(rng.randint(0, 256, (97, 61)).astype(np.uint8), "P")
noise.putpalette(list(rng.randint(0, 256, 768)))
flat = Image.fromarray((np.add.outer(np.arange(70), np.arange(90)) // 20).astype(np.uint8), "P")
flat.putpalette(list(rng.randint(0, 256, 48)))


def gif(im, **options):
    f = io.BytesIO()
    im.save(f, "GIF", **options)
    return f.getvalue()


for name, im in (("noise", noise), ("flat", flat)):
    for interlace in (0, 1):
        shown = np.array(im.convert("RGB"))
        save(f"{name}{'_interlaced' if interlace else ''}.gif", gif(im, interlace=interlace), shown)
shown = np.array(flat.convert("RGB"))
shown[np.array(flat) == 3] = 255
save("flat_transparent.gif", gif(flat, transparency=3), shown)
two = gif(flat, save_all=True, append_images=[noise.resize((90, 70))])
save("two_frames.gif", two, np.array(flat.convert("RGB")))
# The same frame at (5, 9) on a screen of 100 x 90 with a local colour table.
content = bytearray(gif(flat, interlace=0))
size = 3 * (2 << (content[10] & 7))
table = content[13:13 + size]
at = content.index(b"\x2c", 13 + size)
moved = bytearray(content[:13]) + content[at:]
moved[6:10] = struct.pack("<HH", 100, 90)
flags = moved[10]
moved[10] = 0
moved[14:18] = struct.pack("<HH", 5, 9)
moved[22] |= 0x80 | (flags & 7)
moved[23:23] = table
shown = np.full((90, 100, 3), 255, np.uint8)
shown[9:79, 5:95] = np.array(flat.convert("RGB"))
save("moved.gif", bytes(moved), shown, pillow=False)

# ---------------------------------------------------------------- resize


def source(h=23, w=37):
    """Sample i of the picture is (i * 7919 + (i * i) // 13) mod 256, then the left half is made of blocks."""
    i = np.arange(h * w * 3, dtype=np.int64)
    p = ((i * 7919 + (i * i) // 13) % 256).astype(np.uint8).reshape(h, w, 3)
    p[:, :16] = p[::4, :16:4].repeat(4, 0).repeat(4, 1)[:h]
    return p


# ---------------------------------------------------------------- transparency of BMP
rgb, alpha = source(), (np.add.outer(np.arange(23) * 5, np.arange(37) * 4) % 256)[..., None]
alpha[0, :5, 0] = 0, 1, 128, 254, 255
bgra = np.concatenate([rgb[..., ::-1], alpha], 2).astype(np.uint8)
shown = over_white(rgb, alpha)
rows32, masks4 = [r.tobytes() for r in bgra], struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
save("alpha32.bmp", bmp(37, 23, 32, bmp_rows(rows32)), shown, pillow=False)
save("alpha32_fields.bmp", bmp(37, 23, 32, bmp_rows(rows32), compression=3, masks=masks4, header=108), shown)
save("alpha32_v5_top_down.bmp", bmp(37, -23, 32, bmp_rows(rows32, False), compression=3, masks=masks4, header=124), shown)
save("alpha32_no_mask.bmp", bmp(37, 23, 32, bmp_rows(rows32), compression=3, masks=masks4[:12]), rgb)
empty = bgra.copy()
empty[..., 3] = 0
save("alpha32_all_0.bmp", bmp(37, 23, 32, bmp_rows([r.tobytes() for r in empty])), rgb)
save("alpha32_fields_all_0.bmp", bmp(37, 23, 32, bmp_rows([r.tobytes() for r in empty]), compression=3, masks=masks4, header=56), rgb, pillow=False)
for name, bits, shifts in (("4444", (4, 4, 4, 4), (8, 4, 0, 12)), ("1555", (5, 5, 5, 1), (10, 5, 0, 15))):
    samples = np.concatenate([rgb.astype(np.int64), alpha], 2)
    packed = sum((samples[..., c] >> (8 - bits[c])) << shifts[c] for c in range(4))
    wide = np.stack([(samples[..., c] >> (8 - bits[c])) * 255 // ((1 << bits[c]) - 1) for c in range(4)], 2)
    masks = struct.pack("<IIII", *[((1 << bits[c]) - 1) << shifts[c] for c in range(4)])
    save(f"alpha16_{name}.bmp", bmp(37, 23, 16, bmp_rows([r.astype("<u2").tobytes() for r in packed]), compression=3, masks=masks, header=56), over_white(wide[..., :3], wide[..., 3:]), pillow=False)

# ---------------------------------------------------------------- orientation in XMP
PACKET = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" %s</rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def turn(s, orientation):
    """The image as a viewer shows it."""
    return {1: s, 2: s[:, ::-1], 3: s[::-1, ::-1], 4: s[::-1], 5: s.transpose(1, 0, 2), 6: s[::-1].transpose(1, 0, 2), 7: s[::-1, ::-1].transpose(1, 0, 2), 8: s.transpose(1, 0, 2)[::-1]}[orientation]


def xmp(body, compressed=False):
    text = (PACKET % body).encode()
    return (b"iTXt", b"XML:com.adobe.xmp\0" + bytes([compressed, 0, 0, 0]) + (zlib.compress(text) if compressed else text))


s = source(4, 18)[:, 12:]
attribute, element = 'tiff:Orientation="%d"/>', "><tiff:Orientation>%d</tiff:Orientation></rdf:Description>"
for orientation in range(1, 9):
    save(f"xmp{orientation}.png", png(s, 8, 2, False, [xmp((attribute if orientation % 2 else element) % orientation)]), turn(s, orientation), orientation=True)
save("xmp6_compressed.png", png(s, 8, 2, False, [xmp(attribute % 6, True)]), turn(s, 6), orientation=True)
tiff = b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHH", 1, 0x112, 3, 1, 3, 0) + bytes(4)
save("xmp6_exif3.png", png(s, 8, 2, False, [xmp(attribute % 6), (b"eXIf", tiff)]), turn(s, 3), orientation=True)

im = Image.fromarray(source())
for filter_name, f in (("nearest", Image.NEAREST), ("triangle", Image.BILINEAR), ("cubic", Image.BICUBIC)):
    for w, h in ((16, 16), (5, 40), (64, 48), (37, 10), (12, 23), (74, 46), (1, 1), (36, 22), (38, 24), (224, 224), (2, 3), (111, 7)):
        record("resize", filter_name, np.array(im.resize((w, h), f)))

with open("expected.txt", "w") as f:
    f.write("\n".join(lines) + "\n")
print(len(lines), "cases")
