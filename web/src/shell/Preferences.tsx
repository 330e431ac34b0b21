/** Language, light or dark, and the way out. */

import { LogOut, Settings2 } from "lucide-react";
import { Dialog, DialogTrigger, Popover } from "react-aria-components";
import { type Language, useLanguage, useText } from "~/i18n/language";
import { Button } from "~/kit/basics";
import { Choice } from "~/kit/fields";
import { chooseTheme, type Theme, useTheme } from "~/shell/theme";

const LANGUAGES = [
  { id: "zh", text: <span lang="zh-CN">中文</span> },
  { id: "en", text: <span lang="en">English</span> },
];

export function Preferences({ signOut }: { signOut?: () => void }) {
  const text = useText();
  const theme = useTheme();
  const { language, choose } = useLanguage();
  const themes = [
    { id: "system", text: text("prefs.system") },
    { id: "light", text: text("prefs.light") },
    { id: "dark", text: text("prefs.dark") },
  ];
  return (
    <DialogTrigger>
      <Button look={["quiet", "round"]} aria-label={text("prefs.open")}>
        <Settings2 size={20} aria-hidden />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Dialog className="popover__pad" aria-label={text("prefs.open")}>
          <Choice
            label={text("prefs.language")}
            value={language}
            onChange={(chosen) => choose(chosen as Language)}
            options={LANGUAGES}
          />
          <Choice
            label={text("prefs.theme")}
            value={theme}
            onChange={(chosen) => chooseTheme(chosen as Theme)}
            options={themes}
          />
          {signOut ? (
            <Button onPress={signOut}>
              <LogOut size={16} aria-hidden />
              {text("prefs.signOut")}
            </Button>
          ) : null}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
