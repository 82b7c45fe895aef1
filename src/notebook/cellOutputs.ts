/** The outputs of cells from the kernel's messages, put together as nbclient and JupyterLab put them together. */
import type { KernelMessage } from "@jupyterlab/services";
import type { Output } from "./notebook.js";

/** What ends the wait of `clear_output(wait)`. */
const REPLACES = new Set(["stream", "display_data", "execute_result", "error"]);

/** Collects the outputs of one notebook: a display may be updated by a later cell. */
export class OutputCollector {
  private readonly displays = new Map<string, Output[]>();

  /** A function that takes the messages of one cell and keeps `outputs` up to date. */
  into(outputs: Output[]): (message: KernelMessage.IIOPubMessage) => void {
    let clearNext = false;
    return (message) => {
      const type: string = message.header.msg_type;
      const content = message.content as Readonly<Record<string, unknown>>;
      if (type === "clear_output") {
        if (content.wait === true) clearNext = true;
        else outputs.length = 0;
        return;
      }
      if (clearNext && REPLACES.has(type)) {
        outputs.length = 0;
        clearNext = false;
      }
      this.add(type, content, outputs);
    };
  }

  private add(type: string, content: Readonly<Record<string, unknown>>, outputs: Output[]): void {
    const { name, text, data, metadata, execution_count } = content;
    const id = (content.transient as { display_id?: string } | undefined)?.display_id;
    switch (type) {
      case "stream": {
        const last = outputs.at(-1);
        if (last?.output_type === "stream" && last.name === name) last.text = `${last.text}${text}`;
        else outputs.push({ output_type: "stream", name, text });
        return;
      }
      case "display_data":
      case "execute_result": {
        const output: Output = { output_type: type, data, metadata };
        if (type === "execute_result") output.execution_count = execution_count;
        outputs.push(output);
        if (id !== undefined) this.displays.set(id, [...(this.displays.get(id) ?? []), output]);
        return;
      }
      case "update_display_data":
        if (id === undefined) return;
        for (const output of this.displays.get(id) ?? []) Object.assign(output, { data, metadata });
        return;
      case "error": {
        const { ename, evalue, traceback } = content;
        outputs.push({ output_type: "error", ename, evalue, traceback });
      }
    }
  }
}
