'use strict';
// Makes the grid walkable by keys and opens what a cell, a release or a scenario stands for.
// Every text from the data goes through textContent: nothing of it is ever read as HTML.
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const dialog = document.getElementById('details');
  const body = document.getElementById('body');
  const columns = data.scenarios.length;

  function el(tag, properties, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children.filter((child) => child !== null));
    return node;
  }
  const facts = (...pairs) => el('dl', {}, ...pairs.filter(([, value]) => value)
    .flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
  const pre = (text) => el('pre', { tabIndex: 0 }, text);
  const chip = (kind) => el('span', { className: `chip ${kind.slug}` }, `${kind.symbol} ${kind.name}`);
  const cellAt = (b, r, s) => data.cells[b]?.[r * columns + s] ?? [data.kinds.length - 1, null, null, null];

  // What the details show.
  function side(name, found) {
    const parts = [el('h3', {}, `On the ${name} tree`)];
    if (!found) return [...parts, el('p', {}, 'It did not run.')];
    const [result, expected, evidence, call, isCached] = found;
    const differs = result !== expected;
    parts.push(el('p', {}, el('b', { className: differs ? 'differs' : '' }, result),
      differs ? `, expected ${expected}` : ', as expected',
      isCached ? ' (from an earlier run on this machine)' : ''));
    if (data.texts[evidence]) parts.push(pre(data.texts[evidence]));
    const [command, log] = (data.calls[call] ?? []).map((at) => data.texts[at]);
    if (command) parts.push(el('p', {}, 'The command:'), pre(command));
    if (log) parts.push(el('details', {}, el('summary', {}, 'What Bazel printed'), pre(log)));
    return parts;
  }
  // A link is followed on a click only, and only to the web.
  const linked = (to, text) => (/^https?:\/\//.test(to) ? el('a', { href: to, rel: 'noreferrer' }, text) : text);
  function aboutScenario({ title, link, file }) {
    return [el('p', {}, title), facts(['File', linked(data.files && data.files + file, file)],
      ['First reported', link && linked(link, link)])];
  }
  function aboutRelease(release) {
    const parts = [facts(['Patches', release.series], ['Published as', release.version],
      ['Commit', release.commit], ['Patched tree', release.tree])];
    if (release.stopped) parts.unshift(el('p', { className: 'differs' }, `The port stopped: ${release.stopped}`));
    if (release.patches.length) {
      parts.push(el('h3', {}, 'What became of each patch'),
        facts(...release.patches.map(({ name, outcome }) => [name, outcome])));
    }
    return parts;
  }
  function otherBazels(b, r, s) {
    const others = data.bazels.map((name, at) => [at, name]).filter(([at]) => at !== b && data.cells[at].length);
    const items = others.map(([at, name]) => el('li', {}, chip(data.kinds[cellAt(at, r, s)[0]]), ` Bazel ${name}`));
    return items.length ? [el('h3', {}, 'Under other versions of Bazel'), el('ul', { className: 'list' }, ...items)] : [];
  }
  function listOf(b, places) {
    const bad = places.filter(([r, s]) => document.getElementById(`cell-${b}-${r}-${s}`));
    if (!bad.length) return [];
    const items = bad.map(([r, s, name]) => el('li', {}, chip(data.kinds[cellAt(b, r, s)[0]]), ` ${name}`));
    return [el('h3', {}, `Not as expected under Bazel ${data.bazels[b]}`), el('ul', { className: 'list' }, ...items)];
  }
  function details(b, r, s) {
    const under = `under Bazel ${data.bazels[b]}`;
    if (r === null) {
      const places = data.releases.map((release, at) => [at, s, release.release]);
      return [data.scenarios[s].id, [...aboutScenario(data.scenarios[s]), ...listOf(b, places)]];
    }
    if (s === null) {
      const places = data.scenarios.map((scenario, at) => [r, at, scenario.id]);
      return [data.releases[r].release, [...aboutRelease(data.releases[r]), ...listOf(b, places)]];
    }
    const [kind, reason, unpatched, patched] = cellAt(b, r, s);
    const parts = [el('p', {}, chip(data.kinds[kind]), ` on ${data.releases[r].release} ${under}`)];
    if (reason !== null) parts.push(el('p', {}, `Why: ${data.texts[reason]}`));
    parts.push(...aboutScenario(data.scenarios[s]));
    if (unpatched || patched) parts.push(...side('unpatched', unpatched), ...side('patched', patched));
    parts.push(...otherBazels(b, r, s), el('h3', {}, `Release ${data.releases[r].release}`), ...aboutRelease(data.releases[r]));
    return [data.scenarios[s].id, parts];
  }

  // The dialog gives the focus back to what had it.
  function open(b, r, s, range = null) {
    const [title, parts] = details(b, r, s);
    if (range) parts.unshift(el('p', { className: 'range' }, `The outcome is the same on ${range}. These are the results of ${data.releases[r].release}.`));
    body.replaceChildren(el('h2', { id: 'details-title' }, title), ...parts.filter((part) => part !== null));
    dialog.showModal();
    dialog.scrollTop = 0;
  }
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });

  // The grids.
  const walks = [];
  function grid(table) {
    const b = Number(table.dataset.bazel);
    const head = table.tHead.rows[0];
    const shown = () => [...table.rows].filter((row) => !row.hidden && !row.classList.contains('series'));
    const readout = table.querySelector('.readout');
    const releaseOf = (node) => (node.parentElement === head ? null : Number(node.parentElement.dataset.r));
    const scenarioOf = (node) => (node.cellIndex === 0 ? null : node.cellIndex - 1);
    const isFold = (node) => node.parentElement.classList.contains('fold');
    const nameOf = (node) => node.parentElement.querySelector('th b')?.textContent;
    const part = (event) => {
      const node = event.target.closest('td, th');
      return node && !node.matches('.corner, .series *') ? node : null;
    };
    function read(node) {
      const [r, s] = [releaseOf(node), scenarioOf(node)];
      const says = r !== null && s !== null ? data.kinds[cellAt(b, r, s)[0]].name : '';
      readout.replaceChildren(el('b', {}, r === null ? '' : nameOf(node)),
        el('b', {}, s === null ? '' : data.scenarios[s].id), el('b', {}, says),
        s === null ? '' : data.scenarios[s].title);
    }

    // Releases that say the same are one row, which opens.
    const rowsOf = (fold) => [...fold.parentElement.rows].filter((row) => row.dataset.r && row !== fold);
    function fold(row, isOpen) {
      row.cells[0].setAttribute('aria-expanded', String(isOpen));
      for (const one of rowsOf(row)) one.hidden = !isOpen;
    }
    for (const row of table.querySelectorAll('tr.fold')) {
      row.hidden = false;
      fold(row, false);
    }
    const turn = (node) => fold(node.parentElement, node.getAttribute('aria-expanded') !== 'true');

    const bad = () => [...table.querySelectorAll('td.bad')].filter((cell) => !cell.parentElement.hidden);
    let current = bad()[0] ?? shown()[1]?.cells[1] ?? head.cells[1];
    function go(node) {
      if (!node || node.matches('.corner')) return;
      current.tabIndex = -1;
      current = node;
      current.tabIndex = 0;
      current.focus();
    }
    function act(node) {
      if (isFold(node) && node.cellIndex === 0) turn(node);
      else open(b, releaseOf(node), scenarioOf(node), isFold(node) ? nameOf(node) : null);
    }
    // Cells have what they say as their names; rows and columns name the rest.
    table.setAttribute('role', 'grid');
    table.setAttribute('aria-readonly', 'true');
    table.closest('.scroll').tabIndex = -1;
    for (const cell of table.querySelectorAll('tbody td')) {
      cell.setAttribute('aria-label', cell.title);
      cell.removeAttribute('title');
    }
    for (const link of table.querySelectorAll('a')) link.tabIndex = -1;
    current.tabIndex = 0;
    function at(r, s) {
      const row = table.querySelector(`tr[data-r="${r}"]:not(.fold)`);
      if (row?.hidden) fold(row.parentElement.querySelector('.fold'), true);
      return row?.cells[s + 1];
    }
    walks.push({ b, go, at });

    table.addEventListener('keydown', (event) => {
      const node = part(event);
      if (!node || event.altKey || event.metaKey) return;
      const rows = shown();
      const [row, column] = [rows.indexOf(node.parentElement), node.cellIndex];
      const last = rows.length - 1;
      const to = (r, c) => rows[Math.max(0, Math.min(last, r))].cells[Math.max(0, Math.min(columns, c))];
      const after = (a, z) => a.compareDocumentPosition(z) & Node.DOCUMENT_POSITION_FOLLOWING;
      const moves = {
        ArrowUp: () => to(row - 1, column),
        ArrowDown: () => to(row + 1, column),
        ArrowLeft: () => to(row, column - 1),
        ArrowRight: () => to(row, column + 1),
        PageUp: () => to(row - 10, column),
        PageDown: () => to(row + 10, column),
        Home: () => (event.ctrlKey ? to(1, 0) : to(row, row ? 0 : 1)),
        End: () => (event.ctrlKey ? to(last, columns) : to(row, columns)),
        n: () => bad().find((cell) => after(node, cell)) ?? bad()[0],
        N: () => bad().findLast((cell) => after(cell, node)) ?? bad().at(-1),
      };
      if (event.key === 'Enter' || event.key === ' ') act(node);
      else if (event.key in moves) go(moves[event.key]());
      else return;
      event.preventDefault();
    });
    table.addEventListener('click', (event) => {
      const node = part(event);
      if (!node) return;
      event.preventDefault();
      go(node);
      act(node);
    });
    for (const type of ['focusin', 'mouseover']) {
      table.addEventListener(type, (event) => { const node = part(event); if (node) read(node); });
    }
  }
  document.querySelectorAll('table.grid').forEach(grid);

  // A name in the list of what fails opens the cell that it names.
  for (const link of document.querySelectorAll('a[data-cell]')) {
    link.addEventListener('click', (event) => {
      event.preventDefault();
      link.focus();
      open(...link.dataset.cell.split('-').map(Number));
    });
  }
  // So does an address that ends in one.
  const [, b, r, s] = location.hash.match(/^#cell-(\d+)-(\d+)-(\d+)$/) ?? [];
  const named = walks.find((walk) => walk.b === Number(b))?.at(Number(r), Number(s));
  if (named) {
    walks.find((walk) => walk.b === Number(b)).go(named);
    open(Number(b), Number(r), Number(s));
  }

  // Light, dark, or as the system has it; the choice is kept if the browser lets a file.
  const button = document.getElementById('theme');
  const schemes = { '': 'as the system', light: 'light', dark: 'dark' };
  function paint(scheme) {
    document.documentElement.style.colorScheme = scheme;
    button.textContent = `Colours: ${schemes[scheme]}`;
    try { localStorage.setItem('colours', scheme); } catch { /* not kept, then */ }
  }
  let scheme = '';
  try { scheme = localStorage.getItem('colours') ?? ''; } catch { /* as the system */ }
  paint(scheme in schemes ? scheme : '');
  button.addEventListener('click', () => {
    const names = Object.keys(schemes);
    const at = names.indexOf(document.documentElement.style.colorScheme);
    paint(names[(at + 1) % names.length]);
  });
  for (const hidden of document.querySelectorAll('#theme, .help')) hidden.hidden = false;
})();
