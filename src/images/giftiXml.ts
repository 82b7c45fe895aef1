import sax from "sax";
import { InputError } from "../errors.js";
import { formatCount } from "../print/number.js";

/** One array of a GIFTI file as its XML has it: attributes, and the text of its data. */
export interface GiftiText {
  readonly attributes: Readonly<Record<string, string>>;
  readonly data: string;
  /** The line of its opening tag. */
  readonly line: number;
}

/** What a file of images or surfaces stays far below; beyond it, the file is not one. */
const MOST = { depth: 32, tags: 1e6, attributes: 100, text: 2 ** 24 } as const;
/** Characters given to the parser at once. */
const PIECE = 1 << 16;

/**
 * Reads the XML of a GIFTI file.
 *
 * @param content the unpacked file.
 * @param mostData the most characters of data that an array with these attributes can have; throws where the
 * attributes cannot be.
 * @throws InputError with the line, when the XML is broken or not that of GIFTI.
 */
export function readGiftiXml(
  path: string,
  content: Uint8Array,
  mostData: (attributes: Readonly<Record<string, string>>, line: number) => number,
): GiftiText[] {
  return new GiftiXml(path, mostData).read(content);
}

class GiftiXml {
  private readonly parser = sax.parser(true, { position: true });
  private readonly arrays: GiftiText[] = [];
  private readonly open: string[] = [];
  private tags = 0;
  private attributes = 0;
  /** Characters of data so far. */
  private data = 0;
  private array:
    | { attributes: Record<string, string>; line: number; pieces: string[]; left: number }
    | undefined;

  constructor(
    private readonly path: string,
    private readonly mostData: (attributes: Readonly<Record<string, string>>, line: number) => number,
  ) {
    const { parser } = this;
    parser.onerror = (error) => {
      // The message goes on with the position, which is told apart.
      const reason = error.message.split("\n")[0].replace(/\.$/, "");
      throw this.fault(`broken XML (${reason.charAt(0).toLowerCase()}${reason.slice(1)})`);
    };
    parser.onopentagstart = () => {
      this.attributes = 0;
    };
    parser.onattribute = () => {
      if (++this.attributes > MOST.attributes) throw this.fault("a tag without end");
    };
    parser.onopentag = (tag) => this.opened(tag.name, tag.attributes as Record<string, string>);
    parser.onclosetag = (name) => this.closed(name);
    parser.ontext = (text) => this.characters(text);
    parser.oncdata = (text) => this.characters(text);
    parser.onopencdata = () => this.count();
    parser.oncomment = () => this.count();
    parser.onprocessinginstruction = () => this.count();
  }

  read(content: Uint8Array): GiftiText[] {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    try {
      for (let at = 0; at < content.length; at += PIECE) {
        this.parser.write(decoder.decode(content.subarray(at, at + PIECE), { stream: true }));
        if (this.parser.position - this.data > MOST.text)
          throw this.fault("text without end outside its data");
      }
      this.parser.close();
    } catch (error) {
      if (error instanceof InputError) throw error;
      // What the decoder and the parser throw themselves: bytes that are no UTF-8, names that XML does not have.
      throw this.fault("broken XML");
    }
    return this.arrays;
  }

  private count(): void {
    if (++this.tags > MOST.tags) throw this.fault(`more than ${formatCount(MOST.tags)} tags`);
  }

  private opened(name: string, attributes: Record<string, string>): void {
    this.count();
    this.open.push(name);
    if (this.open.length > MOST.depth) throw this.fault(`tags within tags, more than ${MOST.depth} deep`);
    if (this.open.length === 1 && name !== "GIFTI")
      throw this.fault(`<${name.slice(0, 40)}> as its first tag`);
    if (name !== "DataArray" || this.open.length !== 2) return;
    const line = this.line;
    this.array = { attributes, line, pieces: [], left: this.mostData(attributes, line) };
  }

  private closed(name: string): void {
    if (name === "DataArray" && this.open.length === 2 && this.array !== undefined) {
      const { attributes, line, pieces } = this.array;
      this.arrays.push({ attributes, line, data: pieces.join("") });
      this.array = undefined;
    }
    this.open.pop();
  }

  private characters(text: string): void {
    const { array, open } = this;
    if (array === undefined || open.length !== 3 || open[2] !== "Data") return;
    array.left -= text.length;
    if (array.left < 0) throw this.fault("more data than the array's attributes promise");
    this.data += text.length;
    array.pieces.push(text);
  }

  private get line(): number {
    return this.parser.line + 1;
  }

  private fault(found: string): InputError {
    return new InputError({ file: this.path, line: this.line, found, expected: "a whole GIFTI file" });
  }
}
