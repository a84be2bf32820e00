// Reads lines "FILE.onnx<tab>INPUT.npy<tab>OUTPUT.npy" from standard input and runs run_ort.cjs's work for each.
const { run } = require('./run_ort.cjs'), fs = require('fs');

(async () => {
  let failed = 0;
  for (const line of fs.readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
    const [file, input, output] = line.split('\t');
    try { await run(file, input, output); } catch (e) { failed++; console.error(`${file}: ${e}`); }
  }
  process.exit(failed ? 1 : 0);
})();
