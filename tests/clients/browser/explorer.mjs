// Opens the explorer in a real browser as somebody who has a token does, and tells what was shown, asked and complained of.
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const told = JSON.parse(readFileSync(0, 'utf8'));
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];
const found = { asked: [], refused: [], said: [], violated: [] };

const browser = await chromium.launch({ executablePath: told.chromium, args: QUIET });
try {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.setDefaultTimeout(told.seconds * 1000);
  page.on('request', (one) => found.asked.push(one.url()));
  page.on('requestfailed', (one) => found.refused.push(`${one.url()} ${one.failure()?.errorText}`));
  page.on('response', (one) => one.status() >= 400 && found.refused.push(`${one.url()} ${one.status()}`));
  page.on('console', (one) => ['error', 'warning'].includes(one.type()) && found.said.push(one.text()));
  page.on('pageerror', (error) => found.said.push(String(error)));
  await page.exposeFunction('violation', (text) => found.violated.push(text));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (one) =>
      window.violation(`${one.violatedDirective} ${one.blockedURI} ${one.sourceFile}:${one.lineNumber}`));
  });

  const answer = await page.goto(told.address);
  found.policy = answer.headers()['content-security-policy'];
  await page.locator('.graphiql-editors').waitFor();
  found.before = await page.locator('output').innerText();
  found.tabs = await page.locator('.graphiql-tab').allInnerTexts();
  await page.screenshot({ path: `${told.pictures}/opened.png` });

  await page.getByLabel('Token').fill(told.token);
  await page.getByText(told.read).waitFor();
  await page.getByRole('tab', { name: told.tab }).click();
  await page.getByRole('button', { name: /^Execute query/ }).click();
  await page.locator('.result-window', { hasText: told.answered }).waitFor();
  found.answer = await page.locator('.result-window .view-lines').innerText();
  await page.screenshot({ path: `${told.pictures}/answered.png` });

  await page.getByRole('button', { name: /Documentation Explorer/ }).first().click();
  await page.locator('.graphiql-doc-explorer').waitFor();
  found.schema = await page.locator('.graphiql-doc-explorer').innerText();
  await page.screenshot({ path: `${told.pictures}/documented.png` });
  found.kept = await page.evaluate(() => ({ cookies: document.cookie, local: localStorage.length }));
  found.cookies = (await page.context().cookies()).length;
} catch (error) {
  found.failed = String(error);
} finally {
  await browser.close();
}
console.log(JSON.stringify(found));
