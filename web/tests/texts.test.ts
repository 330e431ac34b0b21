import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createIntl } from "react-intl";
import { expect, test } from "vitest";
import en from "~/i18n/en.json";
import zh from "~/i18n/zh.json";
import { PROBLEMS, SERVICES } from "~/rescue/problems";
import { CHARTS } from "~/vehicle/signals";

const SRC = join(import.meta.dirname, "..", "src");
const TEXTS: [string, Record<string, string>][] = [
  ["zh-CN", zh],
  ["en-GB", en],
];

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => readFileSync(join(folder, path), "utf8"));
}

/** The names of what a text lets one put in. */
const holes = (text: string) => new Set([...text.matchAll(/\{(\w+)(?=[,}])/g)].map((found) => found[1]));

test("both languages have the same keys, and no text is empty", () => {
  expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
  for (const [, texts] of TEXTS) expect(Object.values(texts).filter((text) => text === "")).toEqual([]);
});

test("both languages of a text take the same values", () => {
  for (const [key, text] of Object.entries(en)) {
    expect([key, holes(zh[key as keyof typeof zh])]).toEqual([key, holes(text)]);
  }
});

test.each(TEXTS)("every text of %s can be formatted", (locale, messages) => {
  const broken: string[] = [];
  const intl = createIntl({ locale, messages, onError: (error) => broken.push(error.message) });
  for (const [id, text] of Object.entries(messages)) {
    const values = Object.fromEntries([...holes(text)].map((name) => [name, 2]));
    intl.formatMessage({ id }, values);
  }

  expect(broken).toEqual([]);
});

test("Chinese texts are Chinese, but for those that only join others", () => {
  const others = Object.entries(zh).filter(([, text]) => !/[\u4e00-\u9fff]/.test(text));

  expect(others.map(([key]) => key)).toEqual(["actor.named", "chart.value", "list.separator"]);
});

test("every text is used, by its name or as the word of a code", () => {
  const all = sources(SRC).join("\n");
  const kinds = [...all.matchAll(/term\(\s*"(\w+)"/g)].map((found) => found[1]);
  const built = [...all.matchAll(/text\(\s*`(\w+)\.\$\{/g)].map((found) => found[1]);
  const byCode = new Set([...kinds, ...built]);
  const unused = Object.keys(en).filter((key) => !all.includes(`"${key}"`) && !byCode.has(key.split(".")[0]));

  expect(unused).toEqual([]);
});

test("every service, problem and signal of the pages has its word", () => {
  const words = new Set(Object.keys(en));
  const wanted = [
    ...SERVICES.map((service) => `service.${service}`),
    ...PROBLEMS.map((problem) => `problem.${problem}`),
    ...CHARTS.filter(({ paths }) => paths.length > 1).flatMap(({ paths }) =>
      paths.map((path) => `signal.${path}`),
    ),
  ];

  expect(wanted.filter((key) => !words.has(key))).toEqual([]);
});
