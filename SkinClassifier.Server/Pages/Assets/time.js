// Images of the same spot over time. They are kept in this browser alone (IndexedDB); two of them are sent to /v1/align, which stores nothing.
const add = document.getElementById('add');
const texts = JSON.parse(add.dataset.texts);
const status = document.getElementById('status');
const kept = document.getElementById('kept');
const results = document.getElementById('results');
const compareButton = document.getElementById('compare');

const opened = new Promise((resolve, reject) => {
  const request = indexedDB.open('skinclassifier', 1);
  request.onupgradeneeded = () => request.result.createObjectStore('images', { keyPath: 'id', autoIncrement: true });
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function store(mode, work) {
  const database = await opened;
  return new Promise((resolve, reject) => {
    const transaction = database.transaction('images', mode);
    const request = work(transaction.objectStore('images'));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onerror = () => reject(transaction.error);
  });
}

const all = () => store('readonly', images => images.getAll());
const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};
const say = (key, ...values) => { status.textContent = (texts[key] ?? key).replace(/\{(\d)\}/g, (_, i) => values[i]); };
const number = value => value.toFixed(1).replace('-', '−');

async function show() {
  const images = (await all()).sort((a, b) => a.spot.localeCompare(b.spot) || a.date.localeCompare(b.date));
  for (const image of kept.querySelectorAll('img')) URL.revokeObjectURL(image.src);
  kept.replaceChildren();
  document.getElementById('spots').replaceChildren(...[...new Set(images.map(i => i.spot))].map(spot => element('option', { value: spot })));
  if (images.length === 0) kept.append(element('p', { className: 'soft', textContent: texts.timeNone }));
  for (const spot of new Set(images.map(i => i.spot))) {
    const list = element('ul', { className: 'examples' });
    for (const image of images.filter(i => i.spot === spot)) {
      const name = `${spot}, ${image.date}`;
      const box = element('input', { type: 'checkbox', value: image.id, onchange: chosenChanged });
      list.append(element('li', {}, element('label', {}, element('img', { src: URL.createObjectURL(image.file), width: 120, height: 120, alt: name }), box, ` ${image.date}`)));
    }
    kept.append(element('h3', { textContent: spot }), list);
  }
  chosenChanged();
}

const chosen = () => [...kept.querySelectorAll('input:checked')].map(box => Number(box.value));
function chosenChanged() { compareButton.disabled = chosen().length !== 2; }

add.addEventListener('submit', async event => {
  event.preventDefault();
  const form = new FormData(add);
  await store('readwrite', images => images.add({ spot: form.get('spot').trim(), date: form.get('date'), name: form.get('file').name, file: form.get('file') }));
  say('timeAdded', form.get('file').name);
  add.elements.namedItem('file').value = '';
  await show();
});

compareButton.addEventListener('click', async () => {
  const ids = chosen();
  const pair = (await all()).filter(i => ids.includes(i.id)).sort((a, b) => a.date.localeCompare(b.date) || a.id - b.id);
  say('timeWorking');
  const data = new FormData();
  for (const image of pair) data.append('file', image.file, image.name);
  try {
    const answer = await fetch('/v1/align', { method: 'POST', body: data });
    const comparison = await answer.json();
    if (!answer.ok) throw new Error(comparison.detail ?? answer.statusText);
    results.replaceChildren(card(pair, comparison));
    status.textContent = '';
    document.getElementById('results-title').focus();
  } catch (error) {
    say('timeFailed', error.message);
  }
});

function card(pair, comparison) {
  const image = (image, source) => element('figure', {}, element('img', { src: source, alt: `${image.spot}, ${image.date}` }),
    element('figcaption', { textContent: image.date }));
  const article = element('article', { className: 'result' }, element('h3', { textContent: pair[0].spot }));
  if (!comparison.isAligned) article.append(element('p', { className: 'problem', textContent: texts.timeNotAligned }));
  article.append(element('div', { className: 'pair' }, image(pair[0], comparison.first), image(pair[1], comparison.second)));
  if (comparison.isAligned) article.append(blink(pair, comparison));
  const rows = comparison.isAligned ? [
    [texts.timeRotation, `${number(comparison.rotation)}°`], [texts.timeScale, comparison.scale.toFixed(2)],
    [texts.timeCorrelation, comparison.correlation.toFixed(2)],
    [texts.timeColor, number(comparison.color.meanDifference)], [texts.timeLocal, number(comparison.color.localDifference)],
    [texts.timeLightness, number(comparison.color.lightness)], [texts.timeRedness, number(comparison.color.redness)],
  ] : [[texts.timeCorrelation, comparison.correlation.toFixed(2)]];
  article.append(table(texts.timeNumbers, [texts.timeQuantity, texts.timeValue], rows));
  article.append(table(texts.timeScores, [texts.timeClass, pair[0].date, pair[1].date], comparison.scores.map(s =>
    [s.label, `${number(100 * s.first)} %`, `${number(100 * s.second)} %`])));
  article.append(element('p', { className: 'soft', textContent: texts.timeNotice }));
  return article;
}

// Both images in one place, one shown at a time; by hand, or every second where the reader has not asked for less motion.
function blink(pair, comparison) {
  const image = element('img', { src: comparison.first, alt: `${pair[0].spot}, ${pair[0].date}` });
  const caption = element('figcaption', { textContent: pair[0].date });
  let second = false;
  let timer = 0;
  const change = () => {
    second = !second;
    image.src = second ? comparison.second : comparison.first;
    image.alt = `${pair[0].spot}, ${pair[second ? 1 : 0].date}`;
    caption.textContent = pair[second ? 1 : 0].date;
  };
  const once = element('button', { type: 'button', className: 'quiet', textContent: texts.timeChange, onclick: change });
  const repeat = element('button', { type: 'button', className: 'quiet', textContent: texts.timeBlink, ariaPressed: 'false' });
  repeat.addEventListener('click', () => {
    const runs = timer !== 0;
    clearInterval(timer);
    timer = runs ? 0 : setInterval(change, 1000);
    repeat.ariaPressed = String(!runs);
  });
  repeat.hidden = matchMedia('(prefers-reduced-motion: reduce)').matches;
  return element('div', { className: 'blink' }, element('figure', {}, image, caption), element('p', { className: 'actions' }, once, repeat));
}

function table(caption, heads, rows) {
  return element('table', {}, element('caption', { textContent: caption }),
    element('thead', {}, element('tr', {}, ...heads.map(head => element('th', { scope: 'col', textContent: head })))),
    element('tbody', {}, ...rows.map(([first, ...others]) => element('tr', {}, element('th', { scope: 'row', textContent: first }),
      ...others.map(value => element('td', { textContent: value }))))));
}

document.getElementById('delete').addEventListener('click', async () => {
  if (!confirm(texts.timeDeleteSure)) return;
  await store('readwrite', images => images.clear());
  results.replaceChildren();
  say('timeDeleted');
  await show();
});

document.getElementById('export').addEventListener('click', async () => {
  const images = await Promise.all((await all()).map(async image => ({ spot: image.spot, date: image.date, name: image.name, file: await address(image.file) })));
  const file = new Blob([JSON.stringify({ format: 'skinclassifier-over-time', version: 1, images })], { type: 'application/json' });
  const link = element('a', { href: URL.createObjectURL(file), download: 'skin-over-time.json' });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
});

document.getElementById('import').addEventListener('change', async event => {
  try {
    const content = JSON.parse(await event.target.files[0].text());
    if (content.format !== 'skinclassifier-over-time' || content.version !== 1) throw new Error(texts.timeNoExport);
    const images = await Promise.all(content.images.map(async image => {
      if (typeof image.spot !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(image.date) || !/^data:image\//.test(image.file)) throw new Error(texts.timeNoExport);
      return { spot: image.spot, date: image.date, name: String(image.name), file: blob(image.file) };
    }));
    await store('readwrite', target => { for (const image of images) target.add(image); });
    say('timeImported', images.length);
  } catch (error) {
    say('timeFailed', error.message);
  }
  event.target.value = '';
  await show();
});

const address = file => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result);
  reader.onerror = () => reject(reader.error);
  reader.readAsDataURL(file);
});

function blob(text) {
  const [head, body] = text.split(',', 2);
  return new Blob([Uint8Array.from(atob(body), c => c.charCodeAt(0))], { type: /^data:([^;]*)/.exec(head)[1] });
}

show();
