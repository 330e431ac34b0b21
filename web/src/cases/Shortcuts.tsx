/** Which keys the inbox knows. */

import { type TextId, useText } from "~/i18n/language";
import { Button } from "~/kit/basics";
import { Sheet } from "~/kit/dialog";

const KEYS: readonly [readonly string[], TextId][] = [
  [["j", "↓"], "keys.next"],
  [["k", "↑"], "keys.previous"],
  [["Enter"], "keys.show"],
  [["a"], "keys.acknowledge"],
  [["r"], "keys.resolve"],
  [["v"], "keys.vehicle"],
  [["?"], "keys.this"],
];

export function Shortcuts({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const text = useText();
  return (
    <Sheet isOpen={isOpen} onClose={onClose} title={text("keys.title")}>
      <p className="dim">{text("keys.where")}</p>
      <dl className="keys">
        {KEYS.map(([keys, id]) => (
          <div key={id}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{text(id)}</dd>
          </div>
        ))}
      </dl>
      <div className="sheet__actions">
        <Button look="main" onPress={onClose} autoFocus>
          {text("dialog.close")}
        </Button>
      </div>
    </Sheet>
  );
}
