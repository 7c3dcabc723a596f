// @vitest-environment happy-dom
import '@testing-library/jest-dom/vitest';
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { cutText, LongText } from './long-text';

afterEach(cleanup);

it('never splits a surrogate pair', () => {
  expect(cutText('a😀b', 2)).toBe('a');
  expect(cutText('a😀b', 3)).toBe('a😀');
  expect(cutText('ab', 9)).toBe('ab');
});

it('folds long text and says how much there is', async () => {
  const text = 'word '.repeat(1000);
  const { container } = render(<LongText text={text} foldAt={100} />);
  expect(container.textContent?.length).toBeLessThan(200);
  await userEvent.click(screen.getByRole('button', { name: 'Show all 5,000 characters' }));
  expect(container.textContent).toContain(text);
});

it('reads neither markup nor Markdown', () => {
  const text = '![x](https://evil.example/x.png) <b>bold</b>';
  const { container } = render(<LongText text={text} />);
  expect(container.querySelectorAll('img, b, a')).toHaveLength(0);
  expect(container).toHaveTextContent(text);
});
