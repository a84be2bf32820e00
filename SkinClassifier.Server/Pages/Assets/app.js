// Makes the form livelier: drop, paste, several images at once, results without a new page. Without this script the form works as it is.
document.documentElement.classList.add('has-script');

const form = document.getElementById('classify');
const results = document.getElementById('results');
const status = document.getElementById('status');
const remove = document.getElementById('remove');

const say = (key, ...values) => {
  status.textContent = form.dataset[key].replace(/\{(\d)\}/g, (_, i) => values[i]);
};

async function classify(files) {
  for (const file of files) {
    const name = file.name || 'image.png';
    const data = new FormData();
    const model = form.elements.namedItem('model');
    if (model) data.append('model', model.value);
    data.append('method', form.elements.namedItem('method').value);
    data.append('file', file, name);
    say('working', name);
    form.setAttribute('aria-busy', 'true');
    try {
      const answer = await fetch(form.dataset.results, { method: 'POST', body: data });
      if (!answer.ok) throw new Error(await problem(answer));
      const cards = document.createElement('template');
      cards.innerHTML = await answer.text();
      const label = cards.content.querySelector('.label, .problem')?.textContent.trim() ?? '';
      results.prepend(cards.content);
      document.getElementById('none')?.remove();
      remove.hidden = false;
      say('done', name, label);
    } catch (error) {
      say('failed', error.message);
    } finally {
      form.removeAttribute('aria-busy');
    }
  }
}

async function problem(answer) {
  if (answer.status === 401) location.assign('/sign-in');
  try { return (await answer.json()).detail ?? answer.statusText; } catch { return answer.statusText; }
}

if (form) {
  const inputs = [...form.querySelectorAll('input[type=file]')];
  const chosen = () => inputs.flatMap(input => [...input.files]);
  form.addEventListener('submit', async event => {
    event.preventDefault();
    const files = chosen();
    if (files.length === 0) { inputs[0].focus(); return; }
    await classify(files);
    for (const input of inputs) input.value = '';
  });
  const drop = document.getElementById('drop');
  addEventListener('dragover', event => { event.preventDefault(); drop.classList.add('over'); });
  addEventListener('dragleave', () => drop.classList.remove('over'));
  addEventListener('drop', event => {
    event.preventDefault();
    drop.classList.remove('over');
    classify([...event.dataTransfer.files]);
  });
  addEventListener('paste', event => {
    const files = [...event.clipboardData.files];
    if (files.length > 0) { event.preventDefault(); classify(files); }
  });
  for (const example of document.querySelectorAll('[data-example]'))
    example.addEventListener('click', async event => {
      event.preventDefault();
      const file = await (await fetch(example.href)).blob();
      classify([new File([file], example.dataset.example, { type: 'image/png' })]);
    });
  remove.addEventListener('click', () => { results.replaceChildren(); remove.hidden = true; status.textContent = ''; });
  remove.hidden = results.childElementCount === 0;
}
document.addEventListener('input', event => {
  if (event.target.matches('[data-opacity]')) event.target.closest('figure').querySelector('.heat').style.opacity = event.target.value / 100;
});
document.addEventListener('click', event => { if (event.target.matches('[data-print]')) print(); });
