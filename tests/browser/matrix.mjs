// The matrix's page in a real browser: keys, focus, folds, details, contrast, narrow and wide screens,
// paper, nothing loaded. `.ci/run` runs it; by hand:
//
//     cargo run --example matrix_sample
//     npm install --no-save --prefix target/tools playwright-core
//     NODE_PATH=target/tools/node_modules node tests/browser/matrix.mjs [SCREENSHOTS]
//
// It needs node, playwright-core and a Chromium: $CHROMIUM, or /usr/bin/chromium. If one of them is
// missing, it prints `skipped:` with the reason, and passes.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const samples = path.join(root, 'target/matrix-sample');
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const shots = process.argv[2];

function skip(why) {
  console.log(`skipped: ${why}`);
  process.exit(0);
}
let chromium;
try {
  ({ chromium } = createRequire(import.meta.url)('playwright-core'));
} catch {
  skip('no playwright-core in NODE_PATH');
}
if (!fs.existsSync(executablePath)) skip(`no ${executablePath}`);
if (!fs.existsSync(samples)) skip('no samples: cargo run --example matrix_sample');

const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'matrix-browser-'));
const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const browser = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args });
const complaints = [];

async function open(sample, { width = 1400, height = 1000, colorScheme = 'light', hash = '' } = {}) {
  const page = await browser.newPage();
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme });
  const about = `${sample} at ${width} px, ${colorScheme}`;
  page.on('console', (message) => complaints.push(`${about}: console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`${about}: ${error.message}`));
  page.on('dialog', (dialog) => complaints.push(`${about}: ${dialog.message()}`));
  page.on('request', (request) => {
    const own = request.isNavigationRequest() || request.url().startsWith('data:');
    if (!own) complaints.push(`${about}: asked for ${request.url()}`);
  });
  await page.goto(pathToFileURL(path.join(samples, `${sample}.html`)).href + hash);
  return page;
}
const focused = (page) => page.evaluate(() => {
  const { cellIndex, parentElement, id, className, tagName } = document.activeElement;
  const release = parentElement.querySelector('th b')?.textContent;
  return { column: cellIndex, release, id, className, tagName };
});
const isOpen = (page) => page.evaluate(() => document.getElementById('details').open);
const samplesOf = ['good', 'part', 'bad', 'three', 'small'];

// The lowest contrasts of all text that is shown, each below what WCAG 2.2 AA asks for, and how many
// texts there are. On a gradient, its worst colour counts.
const contrasts = (page) => page.evaluate(() => {
  const colours = (text) => [...text.matchAll(/rgba?\(([^)]*)\)/g)].map(([, parts]) => {
    const [r, g, b, a = 1] = parts.split(/[ ,/]+/).map(Number);
    return { r, g, b, a };
  });
  const light = ({ r, g, b }) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const ratio = (one, two) => {
    const [low, high] = [light(one), light(two)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  function grounds(node) {
    for (let at = node; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      const found = style.backgroundImage === 'none' ? [] : colours(style.backgroundImage);
      const ground = colours(style.backgroundColor)[0];
      if (ground.a > 0) found.push(ground);
      if (found.length) return found;
    }
    return [];
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const bad = [];
  let count = 0;
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const node = text.parentElement;
    if (!text.data.trim() || node.closest('script, style') || !node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    count += 1;
    const { color, fontSize, fontWeight } = getComputedStyle(node);
    const size = parseFloat(fontSize);
    const enough = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700) ? 3 : 4.5;
    for (const ground of grounds(node)) {
      const found = ratio(colours(color)[0], ground);
      if (ground.a < 1 || found < enough) bad.push(`${found.toFixed(2)} "${text.data.trim().slice(0, 30)}" in ${node.tagName}.${node.className}`);
    }
  }
  return { count, bad: [...new Set(bad)] };
});

// Words that stand on two lines, and how many words there are. A name may end a line at its hyphens,
// a path at its slashes.
const brokenWords = (page) => page.evaluate(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const broken = [];
  let count = 0;
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const node = text.parentElement;
    if (node.closest('script, style, pre, .grid thead') || !node.checkVisibility()) continue;
    for (const { 0: word, index } of text.data.matchAll(/[^\s\-/]+/g)) {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const tops = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
      count += 1;
      if (tops.size > 1) broken.push(word);
    }
  }
  return { count, broken };
});

// What a cell of each kind, a release, a scenario and the list of scenarios show, one after the other.
async function eachDetail(page, look) {
  await page.evaluate(() => { for (const node of document.querySelectorAll('main details')) node.open = true; });
  await look('the page');
  const kinds = ['fixed', 'unchanged', 'expected-change', 'still-broken', 'regressed', 'fixed-upstream',
    'other-failure', 'not-applicable', 'not-run'];
  for (const selector of [...kinds.map((kind) => `tbody td.${kind}`), 'tr:not(.fold) th[scope=row]', 'thead th.bad']) {
    const isThere = await page.evaluate((wanted) => {
      const node = [...document.querySelectorAll(wanted)].find((one) => one.checkVisibility());
      node?.click();
      return Boolean(node);
    }, selector);
    if (!isThere) continue;
    await page.evaluate(() => { for (const node of document.querySelectorAll('#body details')) node.open = true; });
    await look(selector);
    await page.keyboard.press('Escape');
  }
}

const tests = {
  async 'keys without a mouse reach a cell, open it and come back'() {
    const page = await open('bad');
    await page.keyboard.press('Tab');
    assert.equal((await focused(page)).className, 'skip');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    const first = await focused(page);
    assert.deepEqual([first.release, first.className], ['1.8.3', 'still-broken bad']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    const next = await focused(page);
    assert.deepEqual([next.release, next.column], ['1.5.0..1.8.2', first.column + 1]);
    await page.keyboard.press('n');
    const bad = await focused(page);
    assert.deepEqual([bad.release, bad.className], ['0.38.0', 'fixed-upstream bad']);
    const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineWidth);
    assert.equal(ring, '3px');
    await page.keyboard.press('Enter');
    assert.ok(await isOpen(page));
    const text = await page.innerText('#body');
    for (const part of ['fixed upstream', 'tag-no-cache', '0.38.0 under Bazel 7.7.1',
      'pass, expected conflict', 'bazel build --nobuild', 'What Bazel printed']) {
      assert.ok(text.includes(part), `${part} in ${text}`);
    }
    await page.click('#body summary');
    assert.ok((await page.innerText('#body')).includes('</script><script>alert(1)</script><!-- [31mred'));
    await page.keyboard.press('Escape');
    assert.ok(!(await isOpen(page)));
    assert.deepEqual(await focused(page), bad);
    await page.keyboard.press('Shift+N');
    assert.equal((await focused(page)).release, '1.8.3');
    return page;
  },
  async 'a folded row opens and closes by keys'() {
    const page = await open('bad');
    const shown = () => page.$$eval('table.grid tbody tr[data-r]', (rows) => rows.filter((row) => row.checkVisibility()).length);
    const isExpanded = () => page.evaluate(() => document.activeElement.getAttribute('aria-expanded'));
    await page.evaluate(() => document.querySelector('td.bad[id]').focus());
    await page.keyboard.press('Control+Home');
    assert.deepEqual([(await focused(page)).release, await isExpanded(), await shown()], ['2.0.0..2.3.2', 'false', 9]);
    await page.keyboard.press('Enter');
    assert.deepEqual([await isExpanded(), await shown(), await isOpen(page)], ['true', 18, false]);
    await page.keyboard.press('ArrowDown');
    assert.equal((await focused(page)).release, '2.3.2');
    await page.keyboard.press('Enter');
    assert.match(await page.innerText('#body'), /patches\/2\.x[^]*0002-precompile-separately\.patch/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Space');
    assert.deepEqual([await isExpanded(), await shown()], ['false', 9]);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    assert.match(await page.innerText('#body'), /The outcome is the same on 2\.0\.0\.\.2\.3\.2\. These are the results of 2\.3\.2\./);
  },
  async 'the grid has edges, and its headers open, too'() {
    const page = await open('bad');
    const columns = await page.$$eval('table.grid thead th', (heads) => heads.length);
    await page.evaluate(() => document.querySelector('td.bad[id]').focus());
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowUp');
    assert.equal((await focused(page)).column, 0, 'the corner is no place');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    assert.match(await page.innerText('#body'), /^accelerators[^]*File\s+tests\/repro\/accelerators\/scenario\.toml[^]*First reported[^]*still broken 1\.8\.3/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+End');
    const last = await focused(page);
    assert.deepEqual([last.release, last.column], ['0.36.0..0.37.2', columns]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    assert.deepEqual(await focused(page), last);
    const stops = await page.$$eval('table.grid [tabindex="0"]', (nodes) => nodes.length);
    assert.equal(stops, 1, 'one stop for Tab');
  },
  async 'what has the focus is not below a header'() {
    for (const width of [1400, 800, 400]) {
      const page = await open('bad', { width });
      await page.evaluate(() => {
        for (const head of document.querySelectorAll('.fold th')) head.click();
        document.querySelector('td.bad[id]').focus();
      });
      for (const key of ['Control+End', 'PageUp', 'PageUp', 'Home', 'ArrowRight', 'PageUp', 'PageUp', 'ArrowUp', 'PageUp']) {
        await page.keyboard.press(key);
        const hit = await page.evaluate(() => {
          const node = document.activeElement;
          const { left, top, width, height } = node.getBoundingClientRect();
          return node.contains(document.elementFromPoint(left + width / 2, top + height / 2));
        });
        assert.ok(hit, `${key} at ${width} px`);
      }
    }
  },
  async 'a name in the list and an address open a cell'() {
    const page = await open('bad');
    await page.click('a[data-cell]');
    assert.match(await page.innerText('#body'), /^accelerators/);
    await page.keyboard.press('Escape');
    assert.equal((await focused(page)).tagName, 'A');
    await page.click('td.fixed');
    assert.match(await page.innerText('#body'), /fixed/);
    const hash = '#' + (await page.$eval('td[id]', (node) => node.id));
    const other = await open('bad', { hash });
    assert.ok(await isOpen(other));
    // A scenario's file is a link in a job, where it is known where to find it.
    const job = await open('three');
    await job.click('thead th.bad');
    const file = await job.$eval('#body a', (link) => link.href);
    assert.match(file, /^https:\/\/github\.com\/example\/patches\/blob\/[0-9a-f]{40}\/tests\/repro\/accelerators\/scenario\.toml$/);
    await job.keyboard.press('Escape');
    assert.equal(await job.$eval('.scenarios a', (link) => link.href), file);
    assert.equal(await job.getByRole('link', { name: 'on GitHub' }).count(), 1);
  },
  async 'the grid has its roles and its names'() {
    const page = await open('bad');
    const grid = page.getByRole('grid', { name: 'Bazel 7.7.1' });
    assert.equal(await grid.getByRole('row').count(), 1 + 3 + 9);
    assert.equal(await grid.getByRole('columnheader').count(), await page.$$eval('.scenarios dt', (all) => all.length));
    assert.equal(await grid.getByRole('gridcell', { name: 'still broken', exact: true }).count(), 3);
    assert.equal(await grid.getByRole('rowheader', { name: /1\.4\.2 the port stopped/ }).count(), 1);
    assert.equal(await grid.getByRole('rowheader', { expanded: false }).count(), 6);
  },
  async 'at 1280 px, every column is in sight, and what fails comes first'() {
    for (const sample of samplesOf) {
      const page = await open(sample, { width: 1280 });
      const found = await page.$$eval('table.grid', (tables) => tables.map((table) => {
        const heads = [...table.tHead.rows[0].cells].slice(1);
        const isBad = (head) => head.classList.contains('bad');
        const last = heads.findLastIndex(isBad);
        const box = table.closest('.scroll');
        return {
          failing: heads.filter(isBad).length,
          isFirst: heads.slice(0, last + 1).every(isBad),
          right: Math.max(...heads.map((head) => head.getBoundingClientRect().right)),
          isScrolled: box.scrollWidth > box.clientWidth && getComputedStyle(box).overflowX !== 'visible',
        };
      }));
      for (const { failing, isFirst, right, isScrolled } of found) {
        assert.equal(failing, ['bad', 'three'].includes(sample) ? 6 : 0, sample);
        assert.ok(isFirst && right <= 1280 - 15 && !isScrolled, `${sample}: ${right} px`);
      }
    }
  },
  async 'nothing is wider than the screen, and no word is broken'() {
    for (const sample of samplesOf) {
      for (const width of [400, 1280]) {
        const page = await open(sample, { width });
        await eachDetail(page, async (what) => {
          const about = `${sample} at ${width} px, ${what}`;
          const widths = await page.evaluate(() => {
            const dialog = document.getElementById('details');
            return [document.documentElement.scrollWidth, document.documentElement.clientWidth, dialog.scrollWidth, dialog.clientWidth];
          });
          assert.ok(widths[0] <= widths[1] && widths[2] <= widths[3], `${about}: ${widths}`);
          const { count, broken } = await brokenWords(page);
          assert.ok(count > 100, about);
          assert.deepEqual(broken, [], about);
        });
        await page.close();
      }
    }
  },
  async 'every text has contrast enough, light and dark'() {
    for (const sample of ['good', 'part', 'bad']) {
      for (const colorScheme of ['light', 'dark']) {
        const page = await open(sample, { width: 1280, colorScheme });
        await eachDetail(page, async (what) => {
          const { count, bad } = await contrasts(page);
          assert.ok(count > 100);
          assert.deepEqual(bad, [], `${sample}, ${colorScheme}, ${what}`);
        });
        await page.close();
      }
    }
    // The measure itself can fail.
    const page = await open('small');
    await page.evaluate(() => { document.querySelector('h1').style.color = 'rgb(255, 240, 220)'; });
    assert.equal((await contrasts(page)).bad.length, 1);
  },
  async 'the headline has the colour of what it says'() {
    const found = {};
    for (const sample of ['good', 'part', 'bad']) {
      const page = await open(sample);
      found[sample] = await page.$eval('h1', (head) => `${getComputedStyle(head).borderLeftColor} ${head.textContent.trim().slice(0, 1)}`);
    }
    assert.deepEqual(found, { good: 'rgb(14, 107, 51) ✓', part: 'rgb(138, 75, 0) !', bad: 'rgb(179, 20, 15) ✗' });
  },
  async 'on paper, the page is light, and the grid is as wide as the sheet'() {
    const page = await open('bad', { width: 1040, colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const found = await page.evaluate(() => ({
      ground: getComputedStyle(document.body).backgroundColor,
      right: Math.max(...[...document.querySelectorAll('table.grid th')].map((head) => head.getBoundingClientRect().right)),
      button: document.getElementById('theme').checkVisibility(),
      help: document.querySelector('.help').checkVisibility(),
    }));
    assert.deepEqual({ ...found, right: found.right <= 1040 }, { ground: 'rgb(255, 255, 255)', right: true, button: false, help: false }, `${found.right} px`);
  },
  async 'the colours are the system\'s, or chosen, and kept'() {
    const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const page = await open('good', { colorScheme: 'dark' });
    assert.equal(await background(page), 'rgb(20, 23, 28)');
    await page.click('#theme');
    assert.equal(await background(page), 'rgb(255, 255, 255)');
    await page.reload();
    assert.equal(await page.innerText('#theme'), 'Colours: light');
    await page.click('#theme');
    await page.emulateMedia({ colorScheme: 'light' });
    assert.equal(await background(page), 'rgb(20, 23, 28)');
    await page.click('#theme');
    assert.equal(await background(page), 'rgb(255, 255, 255)');
  },
  async 'without a script the grid and the list are there'() {
    const page = await browser.newPage();
    const session = await browser.newCDPSession(page);
    await session.send('Emulation.setScriptExecutionDisabled', { value: true });
    await page.goto(pathToFileURL(path.join(samples, 'bad.html')).href);
    const { root: { nodeId } } = await session.send('DOM.getDocument');
    const count = async (selector) => (await session.send('DOM.querySelectorAll', { nodeId, selector })).nodeIds.length;
    const columns = await count('.grid thead th');
    assert.equal(await count('.grid tr:not([hidden]) td:not(.corner)'), 42 * columns);
    assert.equal(await count('.grid tr[hidden].fold'), 6);
    assert.equal(await count('.findings a'), 6);
    if (shots) await page.screenshot({ path: path.join(shots, 'no-script.png') });
  },
};

let failed = 0;
if (shots) fs.mkdirSync(shots, { recursive: true });
for (const [name, test] of Object.entries(tests)) {
  try {
    await test();
    console.log(`ok: ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED: ${name}\n${error.stack}`);
  }
}
if (shots) {
  for (const sample of samplesOf) {
    for (const width of [1280, 400]) {
      for (const colorScheme of ['light', 'dark']) {
        const page = await open(sample, { width, colorScheme });
        await page.screenshot({ path: path.join(shots, `${sample}-${width}-${colorScheme}.png`), fullPage: true });
        await page.close();
      }
    }
  }
}
await browser.close();
fs.rmSync(profile, { recursive: true, force: true });
for (const complaint of complaints) console.log(`FAILED: ${complaint}`);
failed += complaints.length;
console.log(`${Object.keys(tests).length} tests, ${failed} failed`);
process.exit(failed ? 1 : 0);
