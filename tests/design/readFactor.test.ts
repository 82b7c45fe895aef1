import { afterAll, describe, expect, test } from "vitest";
import { readFactor } from "../../src/design/readFactor.js";
import { Workspace } from "../workspace.js";

const place = new Workspace();
afterAll(() => place.remove());

function read(text: string, n: number, name = "subject") {
  const { labels, warnings } = readFactor(place.write("labels.csv", text), n, name);
  return {
    labels: Array.from(labels.level, (level) => labels.levels[level]),
    warnings: warnings.map((warning) => warning.replaceAll(place.folder, "")),
  };
}
const complaint = (text: string, n: number, name?: string) => {
  try {
    return JSON.stringify(read(text, n, name));
  } catch (error) {
    return String(error).replaceAll(place.folder, "");
  }
};

describe("a label is what stands on its line", () => {
  test.each<[string, string, string[]]>([
    ["spaces", "site 1\nsite 2\nsite 1\nsite 3", ["site 1", "site 2", "site 1", "site 3"]],
    ["a heading and spaces", "subject\nA 1\nA 2\nB 1\nB 2", ["A 1", "A 2", "B 1", "B 2"]],
    ["quoted commas", '"Li, A"\n"Li, B"\n"Li, A"\n"Li, B"', ["Li, A", "Li, B", "Li, A", "Li, B"]],
    ["quoted quotes", '"a ""1"""\nb\n"a ""1"""\nb', ['a "1"', "b", 'a "1"', "b"]],
    ["quoted semicolons", '"a;1"\n"a;2"\n"a;1"\n"a;2"', ["a;1", "a;2", "a;1", "a;2"]],
    ["numbers", "7\n7\n8\n8", ["7", "7", "8", "8"]],
    ["numbers that differ as text", "01\n1\n01\n1", ["01", "1", "01", "1"]],
    ["Windows line ends and empty lines at the end", "a\r\nb\r\na\r\nb\r\n\r\n\r\n", ["a", "b", "a", "b"]],
    ["a byte-order mark", "\uFEFFa\nb\na\nb", ["a", "b", "a", "b"]],
  ])("%s", (_, text, labels) => {
    expect(read(text, 4)).toEqual({ labels, warnings: [] });
  });

  test.each([
    ["semicolon", "a;1\nb\nc\nb"],
    ["comma", "subject\nLi, A\nLi, B\nLi, A\nLi, B"],
  ])("a %s that is not quoted is told", (mark, text) => {
    expect(complaint(text, 4)).toMatch(
      new RegExp(
        `line 2: \\d cells?; expected \\d, as in the first row\\. Put a label that holds a ${mark} in double`,
      ),
    );
  });
});

describe("of several columns", () => {
  test("the one with the factor's name is taken", () => {
    const text = "subject,session\ns1,1\ns1,2\ns2,1\ns2,2";
    expect(read(text, 4)).toEqual({ labels: ["s1", "s1", "s2", "s2"], warnings: [] });
    expect(read(text, 4, "Session").labels).toEqual(["1", "2", "1", "2"]);
  });

  test("without it, the choice is asked for", () => {
    expect(complaint("subject,session\ns1,1\ns1,2\ns2,1\ns2,2", 4, "f1")).toMatchInlineSnapshot(
      `"InputError: /labels.csv: 2 columns ("subject", "session"); expected one column of labels, or one that is headed "f1" as the factor is. Give the factor the name of its column, with \`name:\` in the yml."`,
    );
    expect(complaint("s1,1\ns1,2\ns2,1\ns2,2", 4)).toMatchInlineSnapshot(
      `"InputError: /labels.csv: 2 columns (no headings); expected one column of labels, or one that is headed "subject" as the factor is. Head the columns, or take out all but the labels; put a label that holds a comma in double quotes."`,
    );
  });

  test("ids before the labels are passed over, and it is said", () => {
    expect(read(",subject\n0,a\n1,a\n2,b\n3,b", 4)).toEqual({ labels: ["a", "a", "b", "b"], warnings: [] });
    expect(read("i1\ta\ni2\ta\ni3\tb\ni4\tb", 4)).toEqual({
      labels: ["a", "a", "b", "b"],
      warnings: [
        '/labels.csv: the labels of subject are taken from the second column ("a", "b"): the first differs in every row',
      ],
    });
  });
});

describe("one label too many or too few never shifts the others", () => {
  test.each<[string, string, RegExp]>([
    [
      "one too many that comes again",
      "s1\ns1\ns2\ns2\ns3",
      /5 labels, of which the first, "s1", is no heading; expected 4/,
    ],
    ["one too many like those below", "s9\ns1\ns1\ns2\ns2", /5 labels, of which the first, "s9"/],
    ["a number too many", "9\n1\n1\n2\n2", /5 labels, of which the first, "9"/],
    [
      "a heading and one too few",
      "subject\ns1\ns1\ns2",
      /the heading "subject" and 3 labels; expected 4, one an image/,
    ],
    [
      "an empty line for a label",
      "subject\ns1\n\ns2\ns2",
      /line 3: an empty line; expected one row an image/,
    ],
    ["an empty line within", "s1\ns1\n\ns2\ns2", /line 3: an empty line/],
    ["three rows", "s1\ns1\ns2", /3 rows; expected 4, one an image, or 5 with a heading/],
    ["one row", "s1", /1 row; expected 4/],
    ["an empty cell", 'subject\ns1\n""\ns2\ns2', /line 3: an empty (line|cell)/],
    ["a quote that is not closed", 's1\n"s1\ns2\ns2', /line 2: a double quote that is not closed/],
  ])("%s", (_, text, message) => {
    expect(complaint(text, 4)).toMatch(message);
  });

  test("a heading that may be a label is named", () => {
    expect(read("Cardiff\nLeeds\nLeeds\nYork\nYork", 4, "site")).toEqual({
      labels: ["Leeds", "Leeds", "York", "York"],
      warnings: ['/labels.csv, line 1: "Cardiff" is taken for the heading of the 4 labels below it'],
    });
  });
});
