import { Component, type ComponentChildren } from "preact";
import { useState } from "preact/hooks";

type Options = readonly (readonly [key: string, name: string])[];

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: Options;
  readonly onChange: (key: string) => void;
}

/** One of several names, as a menu. */
export function Choice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <label class="bv-field">
      <span class="bv-legend">{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map(([key, name]) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

interface PillsProps extends ChoiceProps {
  readonly aria?: string;
  readonly columns?: number;
}

/** One of a few names, all in sight. */
export class Pills extends Component<PillsProps> {
  /** What it does follows from what it shows, which a threshold that is slid does not change. */
  override shouldComponentUpdate(next: Readonly<PillsProps>): boolean {
    return JSON.stringify(next) !== JSON.stringify(this.props);
  }

  override render({ label, aria, columns, value, options, onChange }: PillsProps) {
    const group: ComponentChildren = (
      <fieldset
        class={columns === undefined ? "bv-pills" : "bv-pills bv-even"}
        style={columns === undefined ? {} : { gridTemplateColumns: `repeat(${columns}, 1fr)` }}
        aria-label={aria ?? label}
      >
        {options.map(([key, name]) => (
          <button
            type="button"
            key={key}
            title={name}
            aria-pressed={key === value}
            onClick={() => onChange(key)}
          >
            {name}
          </button>
        ))}
      </fieldset>
    );
    if (label === "") return group;
    return (
      <div class="bv-field">
        <span class="bv-legend" aria-hidden="true">
          {label}
        </span>
        {group}
      </div>
    );
  }
}

interface NumberFieldProps {
  readonly value: number;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number | "any";
  /** Hears the number when it is typed whole; undefined for an emptied field. */
  readonly onNumber: (value: number | undefined) => void;
}

/** A field for a number. What is half typed in it stays, whatever is drawn meanwhile. */
export function NumberField({ value, onNumber, ...rest }: NumberFieldProps) {
  const [draft, setDraft] = useState<string | undefined>();
  return (
    <input
      type="number"
      {...rest}
      value={draft ?? value}
      onInput={(event) => setDraft(event.currentTarget.value)}
      onBlur={() => setDraft(undefined)}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setDraft(undefined);
        onNumber(text === "" ? undefined : Number(text));
      }}
    />
  );
}

/** A number that is typed, with its name. */
export function Amount({
  label,
  value,
  onChange,
}: {
  label: string;
  value: number;
  onChange: (value: number | undefined) => void;
}) {
  return (
    <label class="bv-inline">
      <span>{label}</span>
      <NumberField step="any" value={Number(value.toPrecision(3))} onNumber={onChange} />
    </label>
  );
}
