import assert from 'node:assert/strict';
import test from 'node:test';
import { demo, faintTexts, overflow, visit } from './browser.js';

for (const width of [390, 1440]) {
  test(`GraphiQL starts at ${width} px without problems`, async (t) => {
    const { page, problems } = await visit(t, '/graphiql', { width });
    await editor(page).waitFor();
    assert.equal(await overflow(page), 0);
    assert.deepEqual(problems, []);
  });
}

for (const colorScheme of ['light', 'dark']) {
  test(`the texts above GraphiQL are easy to read in ${colorScheme} colours`, async (t) => {
    const { page } = await visit(t, '/graphiql', { colorScheme });
    await page.locator('summary').click();
    assert.deepEqual(await faintTexts(page, 'header'), []);
  });
}

test('a token brings the schema and an answer, by keyboard alone', async (t) => {
  const { page, problems } = await visit(t, '/graphiql');
  await tabTo(page, tokenBox(page));
  await page.keyboard.press('Control+A');
  await page.keyboard.type(demo.token);
  await page.keyboard.press('Enter');
  await ask(page, '{ __typename }');
  assert.match(await answer(page), /^\{\s*"data": \{/);

  await tabTo(page, page.getByRole('button', { name: 'Documentation' }));
  await page.keyboard.press('Enter');
  await page.getByText('Root Types').waitFor();
  assert.deepEqual(problems, []);
});

test('a wrong token brings the error of the API', async (t) => {
  const { page, problems } = await visit(t, '/graphiql');
  await tokenBox(page).fill('not-a-token');
  await ask(page, '{ __typename }');
  assert.match(await answer(page), /"errors": \[/);
  // A browser logs every status from 400 on.
  assert.deepEqual(problems.filter((problem) => !/responded with a status of 40[013]/.test(problem)), []);
});

test('the demo starts as somebody, who can ask the example', async (t) => {
  const { page, problems } = await visit(t, '/graphiql');
  const account = page.getByLabel('Wie ben ik?');
  assert.equal(await account.inputValue(), await tokenBox(page).inputValue());
  await page.getByRole('button', { name: 'Execute query' }).click();
  assert.match(await answer(page), /^\{\s*"data": \{/);

  await account.selectOption({ index: 2 });
  assert.equal(await tokenBox(page).inputValue(), await account.inputValue());
  assert.deepEqual(problems, []);
});

test('the token stays in the tab until it is forgotten, with what was typed', async (t) => {
  const { page, problems } = await visit(t, '/graphiql');
  const stored = () => page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie]));
  await tokenBox(page).fill(demo.token);
  await ask(page, 'query Secret { __typename }');
  await answer(page);
  await page.waitForFunction(() => JSON.stringify(sessionStorage).includes('Secret'));
  await page.reload({ waitUntil: 'networkidle' });
  assert.equal(await tokenBox(page).inputValue(), demo.token);
  assert.match(await editor(page).innerText(), /Secret/);
  assert.equal(await page.evaluate(() => localStorage.length), 0);
  assert.ok(!page.url().includes(demo.token));

  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Vergeet' }).click()]);
  await editor(page).waitFor();
  await page.waitForLoadState('networkidle');
  assert.equal(await tokenBox(page).inputValue(), '');
  assert.ok(!(await stored()).includes(demo.token), 'the token is gone');
  assert.ok(!(await stored()).includes('Secret'), 'the query is gone');
  assert.deepEqual(problems, []);
});

test('the variables can be put in order', async (t) => {
  const { page, problems } = await visit(t, '/graphiql');
  await write(page, page.getByLabel('Variables'), '{"b":[1,2], /* why */ "a":null }');
  await page.getByRole('button', { name: 'Prettify query' }).click();
  await page.getByLabel('Variables').locator('.view-line').nth(6).waitFor();
  assert.deepEqual(await lines(page.getByLabel('Variables')), ['{', '  "b": [', '    1,', '    2', '  ], /* why */', '  "a": null', '}']);
  assert.deepEqual(problems, []);
});

const tokenBox = (page) => page.getByLabel('Toegangssleutel');
const editor = (page) => page.getByLabel('Operation Editor').locator('.view-lines');

async function tabTo(page, target) {
  await page.locator('.skip').focus();
  for (let i = 0; i < 40; i++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`the Tab key does not reach ${target}`);
}

async function write(page, section, text) {
  await section.locator('.view-lines').waitFor();
  await section.locator('.graphiql-editor').focus();
  await page.keyboard.press('Enter'); // into the editor
  await page.keyboard.press('Control+A');
  // Pasted: typing would have the editor add its closing quotes and brackets.
  await page.locator(':focus').evaluate((input, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
  }, text);
}

async function ask(page, query) {
  await write(page, page.getByLabel('Operation Editor'), query);
  await page.keyboard.press('Control+Enter');
}

// The editor shows spaces as no-break spaces, and its lines in any order.
async function lines(section) {
  const found = await section.locator('.view-line').evaluateAll((all) =>
    all.map((line) => [parseFloat(line.style.top), line.textContent.replaceAll('\u00a0', ' ')]),
  );
  return found.sort(([a], [b]) => a - b).map(([, text]) => text);
}

async function answer(page) {
  const response = page.locator('.graphiql-response');
  await response.getByText(/"(data|errors)"/).waitFor();
  return (await lines(response)).join('\n');
}
