import assert from 'node:assert/strict';
import test from 'node:test';
import { demo, faintTexts, overflow, visit } from './browser.js';

/** Cancels an appointment, so that its expert gets a message. */
async function causeMail(page) {
  const ask = async (query) => {
    const answer = await page.request.post(new URL('/graphql', demo.url).href, {
      headers: { authorization: `Bearer ${demo.token}` },
      data: { query },
    });
    const { data, errors } = await answer.json();
    assert.equal(errors, undefined);
    return data;
  };
  const days = (n) => new Date(Date.now() + n * 86_400_000).toISOString();
  const { sessions } = await ask(
    `{ sessions(from: "${days(1)}", to: "${days(90)}", first: 1, filter: { status: CONFIRMED }) { edges { node { id } } } }`,
  );
  const { id } = sessions.edges[0].node;
  await ask(`mutation { cancelSession(input: { idempotencyKey: "mailbox-${id}", sessionId: "${id}" }) { session { id } } }`);
}

for (const width of [390, 1280]) {
  test(`the mailbox fits ${width} px, in two languages, without problems`, async (t) => {
    const { page, problems } = await visit(t, '/mailbox', { width });
    assert.equal(await overflow(page), 0);
    assert.equal(await page.locator('html').getAttribute('lang'), 'nl');
    assert.match(await page.locator('main').innerText(), /Alle berichten die de demo verstuurt/);
    assert.match(await page.locator('main p[lang=en]').first().innerText(), /All messages the demo sends/);
    assert.deepEqual(problems, []);
  });

  test(`the Tab key visits every link and message of the mailbox, visibly, at ${width} px`, async (t) => {
    const { page } = await visit(t, '/mailbox', { width });
    const stops = page.locator('a, summary');
    for (let i = 0; i < (await stops.count()); i++) {
      await page.keyboard.press('Tab');
      const { same, outline } = await page.locator(':focus').evaluate(
        (element, index) => ({
          same: element === document.querySelectorAll('a, summary')[index],
          outline: getComputedStyle(element).outlineStyle,
        }),
        i,
      );
      assert.ok(same && outline === 'solid', `stop ${i} shows that it has the focus`);
    }
  });
}

for (const colorScheme of ['light', 'dark']) {
  test(`the texts of the mailbox are easy to read in ${colorScheme} colours`, async (t) => {
    const { page } = await visit(t, '/mailbox', { colorScheme });
    assert.deepEqual(await faintTexts(page, 'body'), []);
  });
}

test('the front page leads to the mailbox and back', async (t) => {
  const { page } = await visit(t, '/');
  await page.getByRole('link', { name: 'Postvak' }).click();
  await page.waitForURL('**/mailbox');
  await page.getByRole('link', { name: 'ExpEx matching' }).click();
  await page.waitForURL((url) => url.pathname === '/');
});

test('a message arrives, is shown open, and closes and opens with the keyboard', async (t) => {
  const { page, problems } = await visit(t, '/mailbox');
  await causeMail(page);
  const news = page.locator('details', { hasText: 'Er is nieuws' });
  for (let tries = 0; (await news.count()) === 0; tries++) {
    assert.ok(tries < 60, 'no news arrived within a minute');
    await page.waitForTimeout(1000);
    await page.getByRole('link', { name: 'Vernieuwen' }).click();
    await page.waitForLoadState('networkidle');
  }
  const letter = page.locator('details').first();
  await letter.locator('summary').focus();
  await page.keyboard.press('Enter');
  assert.equal(await letter.evaluate((details) => details.open), false);
  await page.keyboard.press('Enter');
  assert.equal(await letter.evaluate((details) => details.open), true);
  assert.equal(await overflow(page), 0);
  assert.deepEqual(await faintTexts(page, 'main'), []);
  assert.deepEqual(problems, []);
});
