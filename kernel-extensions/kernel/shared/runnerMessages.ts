/** What the kernel and the process that runs the cells say to each other. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type MimeBundle = Record<string, unknown>;

/** A TypeScript file beside the notebook after compilation. */
export interface CompiledModule {
  /** The name it is loaded by. */
  readonly path: string;
  /** The file a person edits. */
  readonly file: string;
  readonly js: string;
  readonly maps: readonly string[];
}

/** A cell after compilation, ready to run. */
export interface CompiledCell {
  /** The request whose outputs these are. */
  readonly cell: string;
  /** Name in stack traces: "cell 3". */
  readonly file: string;
  readonly source: string;
  readonly js: string;
  /** Source maps, from the JavaScript that runs back to the cell, last step first. */
  readonly maps: readonly string[];
  /** Where the value of the last expression is left. */
  readonly lastValue?: string | undefined;
  /** TypeScript files beside the notebook that changed since the last cell. */
  readonly modules: readonly CompiledModule[];
  readonly silent: boolean;
  /** Its value is told with `done` and not shown. */
  readonly expression?: boolean | undefined;
}

export interface CommContent {
  readonly comm_id: string;
  readonly target_name?: string;
  readonly data: unknown;
}

export type CommEvent = "comm_open" | "comm_msg" | "comm_close";

export type ToRunner =
  | ({ readonly type: "run" } & CompiledCell)
  /** For the cell named; for what earlier cells have left running when none is. */
  | { readonly type: "interrupt"; readonly cell?: string | undefined }
  | {
      readonly type: "comm";
      readonly request: string;
      readonly event: CommEvent;
      readonly content: CommContent;
    };

export interface RaisedError {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

export type FromRunner =
  | { readonly type: "ready" }
  | {
      readonly type: "stream";
      readonly cell: string;
      readonly name: "stdout" | "stderr";
      readonly text: string;
    }
  | {
      readonly type: "display";
      readonly cell: string;
      readonly data: MimeBundle;
      readonly metadata: MimeBundle;
      readonly id?: string | undefined;
      readonly update: boolean;
    }
  | {
      readonly type: "result";
      readonly cell: string;
      readonly data: MimeBundle;
      readonly metadata: MimeBundle;
    }
  | { readonly type: "clear"; readonly cell: string; readonly wait: boolean }
  | {
      readonly type: "comm";
      readonly cell: string;
      readonly event: CommEvent;
      readonly content: CommContent;
      readonly metadata: MimeBundle;
    }
  | { readonly type: "commHandled"; readonly request: string }
  | {
      readonly type: "done";
      readonly cell: string;
      readonly error?: RaisedError | undefined;
      readonly data?: MimeBundle | undefined;
    };
