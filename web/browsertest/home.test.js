import assert from 'node:assert/strict';
import test from 'node:test';
import { demo, faintTexts, overflow, visit } from './browser.js';

for (const width of [390, 1440]) {
  test(`the front page fits ${width} px, in two languages, without problems`, async (t) => {
    const { page, problems } = await visit(t, '/', { width });
    assert.equal(await overflow(page), 0);
    assert.equal(await page.locator('html').getAttribute('lang'), 'nl');
    assert.match(await page.locator('main').innerText(), /Hier draait ExpEx matching/);
    assert.match(await page.locator('main p[lang=en]').first().innerText(), /ExpEx matching runs here/);
    assert.deepEqual(problems, []);
  });

  test(`the Tab key visits every link of the front page in order, visibly, at ${width} px`, async (t) => {
    const { page } = await visit(t, '/', { width });
    const links = await page.locator('a').evaluateAll((all) => all.map((link) => link.href));
    const visited = [];
    for (let i = 0; i < links.length; i++) {
      await page.keyboard.press('Tab');
      const focused = page.locator(':focus');
      visited.push(await focused.evaluate((link) => link.href));
      const { seen, outline } = await focused.evaluate((link) => ({
        seen: link.checkVisibility() && link.getBoundingClientRect().top >= 0,
        outline: getComputedStyle(link).outlineStyle,
      }));
      assert.ok(seen && outline === 'solid', `${visited.at(-1)} shows that it has the focus`);
    }
    assert.deepEqual(visited, links);
  });
}

for (const colorScheme of ['light', 'dark']) {
  test(`the texts of the front page are easy to read in ${colorScheme} colours`, async (t) => {
    const { page } = await visit(t, '/', { colorScheme });
    assert.deepEqual(await faintTexts(page, 'body'), []);
  });
}

test('every link of the front page leads somewhere', async (t) => {
  const { page } = await visit(t, '/');
  for (const href of await page.locator('a').evaluateAll((all) => all.map((link) => link.href))) {
    assert.equal((await page.request.get(href)).status(), 200, href);
  }
  await page.getByRole('link', { name: 'GraphiQL' }).click();
  await page.waitForURL('**/graphiql');
});

test('the front page of the demo links to a calendar', async (t) => {
  const { page } = await visit(t, '/');
  const links = await page.locator('a').evaluateAll((all) => all.map((link) => link.href));
  assert.ok(links.includes(demo.calendar), 'EXPEX_CALENDAR is the address the page shows');
  assert.match(await (await page.request.get(demo.calendar)).text(), /^BEGIN:VCALENDAR\r\n/);
});
