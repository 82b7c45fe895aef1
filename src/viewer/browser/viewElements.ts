/** Said at the picture while no kernel answers for it. */
const OFFLINE =
  "No kernel answers for this view: run its cell again for maps that are not saved, new contrasts and charts.";

const NOTICE_TIME = 12_000;

/** The elements of a view: the picture, what is said over it, the controls and the card. */
export class ViewElements {
  readonly root = document.createElement("div");
  readonly host = document.createElement("div");
  readonly canvas = document.createElement("canvas");
  readonly side = document.createElement("div");
  readonly card = document.createElement("div");
  private readonly tip = document.createElement("div");
  private readonly silent = document.createElement("div");
  private readonly offline = document.createElement("p");

  constructor(cell: boolean) {
    const { root, host, canvas, tip, silent, offline, side, card } = this;
    root.className = cell ? "bv bv-cell" : "bv";
    const layout = document.createElement("div");
    layout.className = "bv-layout";
    host.className = "bv-picture";
    side.className = "bv-side";
    card.className = "bv-card-host";
    tip.className = "bv-tip";
    tip.hidden = true;
    offline.className = "bv-offline";
    offline.hidden = true;
    offline.textContent = OFFLINE;
    silent.className = "bv-silent";
    silent.setAttribute("aria-live", "polite");
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-roledescription", "cortex");
    host.append(canvas, tip, silent);
    layout.append(host, card, side);
    root.append(offline, layout);
  }

  setDark(dark: boolean): void {
    this.root.classList.toggle("bv-dark", dark);
    this.root.classList.toggle("bv-light", !dark);
  }

  setOffline(offline: boolean): void {
    this.offline.hidden = !offline;
  }

  /** What the picture shows, for screen readers; `said` is read out when it changes. */
  describe(words: string, said: string): void {
    if (this.canvas.getAttribute("aria-label") !== words) this.canvas.setAttribute("aria-label", words);
    if (this.silent.textContent !== said) this.silent.textContent = said;
  }

  /** Says over the picture, which stays, what went wrong; without a picture the words stay. */
  notice(error: unknown, stays = false): void {
    const notice = document.createElement("p");
    notice.className = "bv-notice";
    notice.setAttribute("role", "alert");
    notice.textContent = error instanceof Error ? error.message : String(error);
    this.clearNotice();
    this.host.append(notice);
    if (!stays) setTimeout(() => notice.remove(), NOTICE_TIME);
  }

  clearNotice(): void {
    this.host.querySelector(".bv-notice")?.remove();
  }

  showTip(x: number, y: number, strong: string, rest: string): void {
    const { tip, host } = this;
    const bold = document.createElement("b");
    bold.textContent = strong;
    tip.replaceChildren(bold, rest);
    tip.hidden = false;
    tip.style.left = `${Math.min(x, host.clientWidth - 190)}px`;
    tip.style.top = `${Math.min(y, host.clientHeight - 50)}px`;
  }

  hideTip(): void {
    this.tip.hidden = true;
  }

  /** Calls back when the picture's size changes, and when it comes into or leaves sight; returns how to stop. */
  observe(onSize: () => void, onSight: (inSight: boolean) => void): () => void {
    const size = new ResizeObserver(onSize);
    size.observe(this.host);
    const sight = new IntersectionObserver(([entry]) => onSight(entry?.isIntersecting ?? true), {
      rootMargin: "200px",
    });
    sight.observe(this.host);
    return () => {
      size.disconnect();
      sight.disconnect();
    };
  }
}
