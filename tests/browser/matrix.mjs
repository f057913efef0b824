// The matrix's page in a real browser: keys, focus, details, colours, nothing loaded. Run by hand:
//
//     cargo run --example matrix_sample
//     NODE_PATH=/where/it/is/node_modules node tests/browser/matrix.mjs [SCREENSHOTS]
//
// It needs node, playwright-core (`npm install playwright-core`, anywhere) and a Chromium:
// $CHROMIUM, or /usr/bin/chromium. Where one of them is missing it says so and does nothing.

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

const tests = {
  async 'keys without a mouse reach a cell, open it and come back'() {
    const page = await open('bad');
    await page.keyboard.press('Tab');
    assert.equal((await focused(page)).className, 'skip');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    const first = await focused(page);
    assert.deepEqual([first.release, first.className], ['1.8.3', 'still-broken']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    const next = await focused(page);
    assert.deepEqual([next.release, next.column], ['1.8.2', first.column + 1]);
    await page.keyboard.press('n');
    const bad = await focused(page);
    assert.deepEqual([bad.release, bad.className], ['0.38.0', 'fixed-upstream']);
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
  async 'the grid has edges, and its headers open, too'() {
    const page = await open('bad');
    await page.evaluate(() => document.querySelector('td[id]').focus());
    await page.keyboard.press('Control+Home');
    assert.deepEqual([(await focused(page)).release, (await focused(page)).column], ['2.3.2', 0]);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowUp');
    assert.equal((await focused(page)).column, 0, 'the corner is no place');
    await page.keyboard.press('Enter');
    assert.match(await page.innerText('#body'), /patches\/2\.x[^]*0002-precompile-separately\.patch/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    assert.match(await page.innerText('#body'), /^accelerators[^]*First reported[^]*still broken 1\.8\.3/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+End');
    const last = await focused(page);
    assert.deepEqual([last.release, last.column], ['0.36.0', 46]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    assert.deepEqual(await focused(page), last);
    const stops = await page.$$eval('table.grid [tabindex="0"]', (nodes) => nodes.length);
    assert.equal(stops, 1, 'one stop for Tab');
  },
  async 'what has the focus is not below a header'() {
    for (const width of [1400, 800]) {
      const page = await open('bad', { width });
      await page.evaluate(() => document.querySelector('td[id]').focus());
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
  },
  async 'the grid has its roles and its names'() {
    const page = await open('bad');
    const grid = page.getByRole('grid', { name: 'Bazel 7.7.1' });
    assert.equal(await grid.getByRole('row').count(), 1 + 42 + 3);
    assert.equal(await grid.getByRole('columnheader').count(), 46);
    assert.equal(await grid.getByRole('gridcell', { name: 'still broken', exact: true }).count(), 3);
    assert.equal(await grid.getByRole('rowheader', { name: /1\.4\.2 the port stopped: 0002-/ }).count(), 1);
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
    const { nodeIds } = await session.send('DOM.querySelectorAll', { nodeId, selector: '.grid td:not(.corner)' });
    assert.equal(nodeIds.length, 42 * 46);
    const { nodeIds: links } = await session.send('DOM.querySelectorAll', { nodeId, selector: '.findings a' });
    assert.equal(links.length, 6);
    if (shots) await page.screenshot({ path: path.join(shots, 'no-script.png') });
  },
};

let failed = 0;
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
  fs.mkdirSync(shots, { recursive: true });
  for (const sample of ['good', 'bad', 'three']) {
    for (const width of [1920, 1400, 800]) {
      for (const colorScheme of ['light', 'dark']) {
        const page = await open(sample, { width, colorScheme });
        await page.screenshot({ path: path.join(shots, `${sample}-${width}-${colorScheme}.png`) });
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
