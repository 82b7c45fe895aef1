import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelUnderTest } from "./client";

let kernel: KernelUnderTest;
beforeAll(async () => {
  kernel = await KernelUnderTest.start();
  await kernel.execute(
    "import { fit, loadConfig } from 'blmm';\n/** How many visits a child has. */\nconst visits = [1, 2, 3];",
  );
}, 60_000);
afterAll(() => kernel?.stop());

async function ask(type: string, content: object): Promise<Record<string, unknown>> {
  return (await kernel.request(`${type}_request`, content)).content;
}

describe("requests of protocol 5.3", { timeout: 60_000 }, () => {
  test("kernel_info", async () => {
    expect(await ask("kernel_info", {})).toMatchObject({
      protocol_version: "5.3",
      implementation: "blmm",
      language_info: { name: "typescript", file_extension: ".ts", version: "5.0.4" },
    });
  });

  test("complete: names of cells, members, names inside an import; positions in code points", async () => {
    const names = async (code: string, at = Array.from(code).length) =>
      (await ask("complete", { code, cursor_pos: at })).matches as string[];
    expect(await names("visi")).toContain("visits");
    expect(await names("visits.fi")).toEqual(expect.arrayContaining(["filter", "find"]));
    expect(await names("import * as blmm from 'blmm'; blmm.")).toContain("openStudy");
    expect(await names("import { load } from 'blmm'", 13)).toContain("loadConfig");
    const emoji = await ask("complete", { code: "const s = '🧠'; visi", cursor_pos: 19 });
    expect(emoji).toMatchObject({ cursor_start: 15, cursor_end: 19 });
    expect(emoji.metadata).toHaveProperty("_jupyter_types_experimental");
  });

  test("inspect: type and doc comment, also inside the brackets of a call", async () => {
    const told = async (code: string, cursor_pos: number) =>
      (await ask("inspect", { code, cursor_pos })).data as Record<string, string>;
    expect((await told("visits", 3))["text/plain"]).toMatch(
      /const visits: number\[\][\s\S]*How many visits a child has/,
    );
    expect((await told("fit(", 4))["text/plain"]).toMatch(/fit\(study: Study[\s\S]*restricted|REML/);
    expect(await ask("inspect", { code: "   ", cursor_pos: 1 })).toMatchObject({
      status: "ok",
      found: false,
    });
  });

  test.each([
    ["1 + 1", "complete"],
    ["for (const a of b) {", "incomplete"],
    ["`open", "incomplete"],
    ["/* open", "incomplete"],
    ["const = 3", "invalid"],
  ])("is_complete: %s", async (code, status) => {
    expect(await ask("is_complete", { code })).toMatchObject({ status });
  });

  test("history: tail, range, search", async () => {
    await kernel.execute("6 * 7");
    const search = await ask("history", {
      hist_access_type: "search",
      pattern: "6 ? 7",
      n: 1,
      output: false,
      raw: true,
    });
    expect((search.history as unknown[][])[0][2]).toBe("6 * 7");
    const tail = await ask("history", { hist_access_type: "tail", n: 1, output: false, raw: true });
    expect(tail.history).toHaveLength(1);
  });

  test("user_expressions: a bundle or an error each, after the cell, and nothing shared by them", async () => {
    const { reply, messages } = await kernel.execute("let u = 20; u++", {
      user_expressions: {
        twice: "2 * u",
        text: "'a'",
        wrong: "u.nothing",
        throws: "(() => { throw new Error('no') })()",
      },
    });
    expect(reply.user_expressions).toMatchObject({
      twice: { status: "ok", data: { "text/plain": "42" } },
      text: { status: "ok", data: { "text/plain": "'a'" } },
      wrong: { status: "error", ename: "TypeScriptError" },
      throws: { status: "error", ename: "Error", evalue: "no" },
    });
    expect(messages.filter(({ header }) => header.msg_type === "execute_result")).toHaveLength(1);
  });

  test("silent cells count nothing and show nothing; store_history false counts nothing", async () => {
    const before = Number((await kernel.execute("1")).reply.execution_count);
    const { messages } = await kernel.execute("const hidden = 5; hidden", { silent: true });
    expect(messages.map(({ header }) => header.msg_type)).toEqual(["status", "status"]);
    await kernel.execute("2", { store_history: false });
    expect((await kernel.execute("hidden")).reply.execution_count).toBe(before + 1);
  });

  test("comm_info names open comms, by target", async () => {
    await kernel.execute("const c = kernel.comm('a-target').open(); 0");
    const { comms } = await ask("comm_info", { target_name: "a-target" });
    expect(Object.values(comms as object)).toEqual([{ target_name: "a-target" }]);
    expect((await ask("comm_info", { target_name: "another" })).comms).toEqual({});
  });

  test("a comm for a target that nobody answers is closed", async () => {
    kernel.send("comm_open", { comm_id: "nobody", target_name: "unknown", data: {} });
    await kernel.until((all) =>
      all.some(({ header, content }) => header.msg_type === "comm_close" && content.comm_id === "nobody"),
    );
  });

  test("the compiler answers while a cell loops, and busy is said again", async () => {
    const running = kernel.execute("for (const t = Date.now(); Date.now() - t < 3000; );");
    await new Promise((resolve) => setTimeout(resolve, 200));
    let over = false;
    void running.then(() => (over = true));
    expect((await ask("complete", { code: "visi", cursor_pos: 4 })).matches).toContain("visits");
    expect(over).toBe(false);
    const states = (await running).messages.filter(({ header }) => header.msg_type === "status");
    expect(states.map(({ content }) => content.execution_state)).toEqual(["busy", "busy", "idle"]);
  });
});
