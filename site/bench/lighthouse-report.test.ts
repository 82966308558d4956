import { expect, test } from 'vitest';
import { isPerfect, readReport, scoreLine } from './lighthouse-report.ts';

const audit = (score: number | null, title = 'An audit') => ({ score, title });
const report = {
  categories: {
    performance: { title: 'Performance', score: 1, auditRefs: [{ id: 'paint', weight: 1 }] },
    seo: {
      title: 'SEO',
      score: 0.5,
      auditRefs: [
        { id: 'description', weight: 1 },
        { id: 'robots', weight: 1 },
        { id: 'advice', weight: 0 },
        { id: 'manual', weight: 1 },
      ],
    },
  },
  audits: {
    paint: audit(0.9),
    description: { ...audit(0, 'No description'), displayValue: '1 page' },
    robots: audit(1),
    advice: audit(0),
    manual: audit(null),
  },
};

test('scores are out of a hundred, and faults are what cost points', () => {
  expect(readReport(report)).toEqual({
    scores: { Performance: 100, SEO: 50 },
    faults: ['SEO: description (No description, 1 page)'],
  });
});

test('only full marks are perfect, and a page that could not be judged has none', () => {
  expect(isPerfect(readReport(report))).toBe(false);
  const unjudged = { categories: { seo: { title: 'SEO', score: null, auditRefs: [] } }, audits: {} };
  expect(isPerfect(readReport(unjudged))).toBe(false);
  expect(isPerfect({ scores: {}, faults: [] })).toBe(false);
  expect(isPerfect({ scores: { SEO: 100 }, faults: [] })).toBe(true);
});

test('what is no report is refused', () => {
  expect(() => readReport({ categories: [] })).toThrow();
});

test('a line says where, how, and the scores', () => {
  expect(scoreLine('/', 'mobile', readReport(report))).toBe('/ on mobile: Performance 100, SEO 50');
});
