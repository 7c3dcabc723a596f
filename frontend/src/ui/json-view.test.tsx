// @vitest-environment happy-dom
import '@testing-library/jest-dom/vitest';
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { JsonView } from './json-view';

afterEach(cleanup);

it('shows markup in keys and values as text', () => {
  const evil = '<img src=x onerror="alert(1)">';
  const { container } = render(<JsonView value={{ [evil]: evil }} label="Arguments" />);
  expect(container.querySelector('img')).toBeNull();
  expect(screen.getByRole('region', { name: 'Arguments' })).toHaveTextContent(evil);
});

it('opens a closed branch and closes it again', async () => {
  const list = Array.from({ length: 200 }, (_, index) => `entry ${index}`);
  render(<JsonView value={{ list }} label="Result" />);
  expect(screen.queryByText('"entry 0"')).toBeNull();
  const branch = screen.getByRole('button', { name: /list/ });
  await userEvent.click(branch);
  expect(branch).toHaveAttribute('aria-expanded', 'true');
  expect(screen.getByText('"entry 99"')).toBeInTheDocument();
  expect(screen.queryByText('"entry 100"')).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: '100 more' }));
  expect(screen.getByText('"entry 199"')).toBeInTheDocument();
  await userEvent.click(branch);
  expect(screen.queryByText('"entry 0"')).toBeNull();
});

it('shows the source on demand', async () => {
  render(<JsonView value={{ a: [1, null] }} label="Result" />);
  await userEvent.click(screen.getByRole('button', { name: 'Source' }));
  expect(screen.getByText(/"a": \[/)).toHaveTextContent('{ "a": [ 1, null ] }');
});
