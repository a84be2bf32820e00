// node run_ort.cjs FILE.onnx INPUT.npy OUTPUT.npy: runs one float32 input through ONNX Runtime and writes the first output.
// Needs the package onnxruntime-node (NODE_PATH says where it is).
const ort = require('onnxruntime-node'), fs = require('fs');

function read(path) {
  const bytes = fs.readFileSync(path), start = 10 + bytes.readUInt16LE(8), header = bytes.subarray(10, start).toString('latin1');
  const shape = header.match(/'shape': \(([^)]*)\)/)[1].split(',').map(s => s.trim()).filter(Boolean).map(Number);
  return { shape, data: new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length)) };
}

function write(path, shape, data) {
  let header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  header += ' '.repeat((64 - (10 + header.length + 1) % 64) % 64) + '\n';
  const head = Buffer.alloc(10);
  head.write('\x93NUMPY', 0, 'latin1');
  head[6] = 1;
  head.writeUInt16LE(header.length, 8);
  fs.writeFileSync(path, Buffer.concat([head, Buffer.from(header, 'latin1'), Buffer.from(data.buffer, data.byteOffset, data.byteLength)]));
}

async function run(file, input, output) {
  const x = read(input), session = await ort.InferenceSession.create(file, { logSeverityLevel: 3 });
  const results = await session.run({ [session.inputNames[0]]: new ort.Tensor('float32', x.data, x.shape) });
  const first = results[session.outputNames[0]];
  write(output, first.dims, Float32Array.from(first.data, Number));
}

module.exports = { run };
if (require.main === module)
  run(...process.argv.slice(2)).catch(e => { console.error(String(e)); process.exit(1); });
