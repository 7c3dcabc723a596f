import type { Page } from '@playwright/test';
import { expect, isMock, openTrace, sample, test } from './app';

// Recording copies the whole page at every key press, which is what would be measured.
test.use({ trace: 'off' });

/** What one key press may redraw while the tree stands still or moves by a row. */
const rowsPerStep = 8;
/** A screen of rows with the spare ones above and below. */
const rowsPerScreen = 80;

test('the work of a key press does not grow with the tree', async ({ page }) => {
  test.skip(!isMock, 'needs the trace with 10,000 steps');
  test.slow();
  await openTrace(page, sample);
  const small = await walk(page);
  await openTrace(page, 'nightly-batch-review');
  await expect(page.getByText('10,000 steps')).toBeVisible();
  const large = await walk(page);

  expect(large.step.rows).toBeLessThanOrEqual(rowsPerStep);
  expect(large.jump.rows).toBeLessThanOrEqual(2 * rowsPerScreen);
  expect(await page.getByRole('treeitem').count()).toBeLessThanOrEqual(rowsPerScreen);

  // Times depend on the machine: they are told, and held against those of a small
  // tree so loosely that only a tree which draws all its rows is found out.
  console.log(
    actions
      .map((name) => {
        const [few, many] = [small[name], large[name]];
        return `${name}: median ${few.median}, p95 ${few.p95} ms in 13 steps; ${many.median}, ${many.p95} ms in 10,000`;
      })
      .join('\n'),
  );
  for (const name of actions) {
    expect(large[name].median, name).toBeLessThanOrEqual(10 * Math.max(50, small[name].median));
  }
});

/** j and k; the next error; Home and End; collapse and expand all; letters of a search. */
const actions = ['step', 'jump', 'leap', 'fold', 'search'] as const;

interface Work {
  /** Milliseconds from a key press to the picture after it. */
  median: number;
  p95: number;
  /** The most rows that one key press drew anew. */
  rows: number;
}

async function walk(page: Page) {
  await page.evaluate(watchWork);
  const press = async (keys: string[]): Promise<Work> => {
    for (const key of keys) {
      await page.keyboard.press(key);
      await drawn(page);
    }
    return takeWork(page, keys.length);
  };
  await page.getByRole('tree').focus();
  await press(['End', 'Home']);
  const step = await press([...repeat('j', 10), ...repeat('k', 10), ...repeat('j', 10)]);
  const jump = await press(repeat('.', 15));
  const leap = await press(Array.from({ length: 7 }, () => ['Home', 'End']).flat());
  for (const name of ['Collapse all', 'Expand all', 'Collapse all', 'Expand all']) {
    await page.getByRole('button', { name }).focus();
    await page.keyboard.press('Enter');
    await drawn(page);
  }
  const fold = await takeWork(page, 4);
  await page.getByLabel('Search steps by name or type').focus();
  const search = await press([...'notify']);
  return { step, jump, leap, fold, search };
}

function repeat(key: string, times: number): string[] {
  return Array.from({ length: times }, () => key);
}

/** Waits until what was done is on the screen and its time is known. */
function drawn(page: Page) {
  return page.evaluate(
    () =>
      new Promise((done) => {
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)));
      }),
  );
}

interface WorkWindow extends Window {
  takeWork: () => { times: number[]; rows: number };
}

/** Runs in the page: notes how long keys and clicks take and which rows they draw anew. */
function watchWork() {
  const times: number[] = [];
  let most = 0;
  let touched = new Set<Element>();
  const note = (entries: PerformanceEntryList) => {
    for (const { name, duration } of entries) {
      if (name === 'keydown' || name === 'click') times.push(duration);
    }
  };
  const timing = new PerformanceObserver((list) => note(list.getEntries()));
  timing.observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
  addEventListener('keydown', () => (touched = new Set()), true);
  const rowsOf = (node: Node): Element[] => {
    const element = node instanceof Element ? node : node.parentElement;
    const row = element?.closest('[role="treeitem"]');
    return row ? [row] : [];
  };
  new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      for (const node of [target, ...addedNodes]) for (const row of rowsOf(node)) touched.add(row);
    }
    most = Math.max(most, touched.size);
  }).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    characterData: true,
  });
  Object.assign(window, {
    takeWork: () => {
      note(timing.takeRecords());
      const work = { times: times.splice(0), rows: most };
      most = 0;
      return work;
    },
  });
}

/** The work of so many presses. What took less than the browser's 16 ms is not reported by it. */
async function takeWork(page: Page, presses: number): Promise<Work> {
  const { times, rows } = await page.evaluate(() => (window as unknown as WorkWindow).takeWork());
  while (times.length < presses) times.push(16);
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  return { median: at(0.5) ?? 0, p95: at(0.95) ?? 0, rows };
}
