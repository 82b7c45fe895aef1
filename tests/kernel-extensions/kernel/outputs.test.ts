import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelUnderTest } from "./client";

let kernel: KernelUnderTest;
beforeAll(async () => {
  kernel = await KernelUnderTest.start();
}, 60_000);
afterAll(() => kernel?.stop());

const types = (messages: readonly { header: { msg_type: string } }[]): string[] =>
  messages.map(({ header }) => header.msg_type);

describe("bursts arrive whole, in order, and idle last", { timeout: 120_000 }, () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`).join("");

  test("20,000 lines", async () => {
    const { stdout, messages } = await kernel.execute(
      "for (let i = 0; i < 20_000; i++) console.log('line', i)",
    );
    expect(stdout).toBe(lines);
    expect(messages.at(-1)?.content.execution_state).toBe("idle");
  });

  test("20,000 lines with awaits and errors between", async () => {
    const { stdout, stderr } = await kernel.execute(
      "for (let i = 0; i < 20_000; i++) { console.log('line', i); if (i % 7 === 0) await null; if (i % 1000 === 0) console.error('err') }",
    );
    expect(stdout).toBe(lines);
    expect(stderr).toBe("err\n".repeat(20));
  });

  test("5,000 updates of one display", async () => {
    const { messages } = await kernel.execute(
      "const shown = display(0); for (let i = 1; i <= 5000; i++) shown.update(i);",
    );
    const updates = messages.filter(({ header }) => header.msg_type === "update_display_data");
    const numbers = updates.map(({ content }) =>
      Number((content.data as Record<string, string>)["text/plain"]),
    );
    expect(numbers).toEqual(Array.from({ length: 5000 }, (_, i) => i + 1));
    expect(messages.at(-1)?.content.execution_state).toBe("idle");
  });

  test("1,000 comm messages of 64 KB each way", async () => {
    const { error } = await kernel.execute(
      "const got: number[] = []; let bytes = 0;\nkernel.onComm<{ k: number }>('echo', (comm) => { comm.onMessage = (data, [buffer]) => { got.push(data.k); bytes += buffer.length; comm.send(data, [buffer]); } });",
    );
    expect(error).toBeUndefined();
    kernel.send("comm_open", { comm_id: "c1", target_name: "echo", data: {} });
    const before = kernel.all.length;
    for (let k = 0; k < 1000; k++) {
      kernel.send("comm_msg", { comm_id: "c1", data: { k } }, "shell", [
        new Uint8Array(65_536).fill(k % 256),
      ]);
    }
    const echoes = () => kernel.all.slice(before).filter(({ header }) => header.msg_type === "comm_msg");
    await kernel.until(() => echoes().length === 1000, 60);
    const order = Array.from({ length: 1000 }, (_, k) => k);
    expect(echoes().map(({ content }) => (content.data as { k: number }).k)).toEqual(order);
    expect(echoes().map(({ buffers }) => buffers[0][0])).toEqual(order.map((k) => k % 256));
    expect(await kernel.shown("[got.every((k, i) => k === i), bytes].join()")).toBe("'true,65536000'");
  });

  test("what a synchronous loop prints is seen while it runs", async () => {
    const running = kernel.execute(
      "console.log('begun'); for (const t = Date.now(); Date.now() - t < 3000; );",
    );
    let over = false;
    void running.then(() => (over = true));
    await kernel.until((all) => all.some(({ content }) => content.text === "begun\n"));
    expect(over).toBe(false);
    await running;
  });
});

describe("display", { timeout: 60_000 }, () => {
  test("one message with the whole bundle, bytes as base64, text added where it is missing", async () => {
    const { messages, result } = await kernel.execute(
      "display({ toMimeBundle: () => ({ 'text/html': '<b>x</b>', 'image/png': new Uint8Array([137, 80]) }) });\n({ [Symbol.for('Jupyter.display')]: async () => ({ 'text/html': '<i>y</i>', 'text/plain': 'y' }) })",
    );
    const displays = messages.filter(({ header }) => header.msg_type === "display_data");
    expect(displays).toHaveLength(1);
    expect(displays[0].content.data).toMatchObject({ "text/html": "<b>x</b>", "image/png": "iVA=" });
    expect(displays[0].content.data).toHaveProperty(["text/plain"]);
    expect(result).toEqual({ "text/html": "<i>y</i>", "text/plain": "y" });
  });

  test.each([
    ["records", "[{ name: 'Sex', beta: 0.1 }, { name: '<Time>', beta: 2 }]", "records, 2 × 2"],
    ["a matrix", "[[1, 2, 3], [4, 5, 6]]", "matrix, 2 × 3"],
    [
      "a long matrix",
      "Array.from({ length: 1000 }, () => new Float64Array(50))",
      "matrix, 1,000 × 50: first 20 rows, first 24 columns",
    ],
    ["a typed array", "new Float32Array(10_242).fill(1.5)", "Float32Array, 10,242 numbers: first 20 rows"],
    [
      "a data frame",
      "import { DataFrame } from 'danfojs-node'; new DataFrame([[1, 2], [3, 4]], { columns: ['a', 'b'] })",
      "DataFrame, 2 × 2",
    ],
  ])("%s as a table that says its size", async (_, code, title) => {
    const { result } = await kernel.execute(code);
    expect(result?.["text/plain"].split("\n")[0]).toBe(title);
    expect(result?.["text/html"]).toContain(title);
    expect(result?.["text/html"]).not.toContain("<Time>");
  });

  test("no color codes; null is shown; a forgotten await is said", async () => {
    expect(await kernel.shown("({ a: 1, b: 'x', c: [null, undefined] })")).toBe(
      "{ a: 1, b: 'x', c: [ null, undefined ] }",
    );
    expect(await kernel.shown("null")).toBe("null");
    expect(await kernel.shown("Promise.resolve(1)")).toContain('Put "await" before it');
  });

  test("belongs to the cell, also when a comm message arrives while it waits", async () => {
    await kernel.execute("const c2 = kernel.comm('slider').open(); c2.onMessage = () => {};");
    const id = await kernel.shown("c2.id");
    const running = kernel.execute("await new Promise((r) => setTimeout(r, 600)); display('after'); 0");
    await new Promise((resolve) => setTimeout(resolve, 300));
    kernel.send("comm_msg", { comm_id: id?.slice(1, -1), data: { x: 1 } });
    expect(types((await running).messages)).toContain("display_data");
  });

  test("clear_output", async () => {
    const { messages } = await kernel.execute("console.log(1); kernel.clearOutput(true); console.log(2)");
    expect(types(messages)).toEqual([
      "status",
      "execute_input",
      "stream",
      "clear_output",
      "stream",
      "status",
    ]);
  });
});

describe("progress", { timeout: 60_000 }, () => {
  test("is one bar, updated in place, that says what is left and ends with how long it took", async () => {
    const { messages } = await kernel.execute(
      "for await (const block of progress([1, 2, 3])) await new Promise((done) => setTimeout(done, 150));",
    );
    const shown = messages.filter(({ header }) => header.msg_type.endsWith("display_data"));
    expect(types(shown)[0]).toBe("display_data");
    expect(new Set(types(shown).slice(1))).toEqual(new Set(["update_display_data"]));
    const texts = shown.map(({ content }) => (content.data as Record<string, string>)["text/plain"]);
    expect(texts[1]).toMatch(/^33% · 1 of 3 · 0\.\d s left$/);
    expect(texts.at(-1)).toMatch(/^100% · 3 of 3 · 0\.\d s$/);
  });

  test("ends early with a break", async () => {
    const { stdout } = await kernel.execute(
      "for await (const b of progress(new Set([1, 2, 3]))) { console.log(b); break; }",
    );
    expect(stdout).toBe("1\n");
  });
});
