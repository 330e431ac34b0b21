/** Form parts: each has a visible label and says below what is wrong. */

import { ChevronDown } from "lucide-react";
import type { Key, ReactNode } from "react";
import {
  Button as AriaButton,
  ComboBox,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Radio,
  RadioGroup,
  Text,
  TextArea,
  TextField,
} from "react-aria-components";

interface LineProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  name?: string;
  type?: "text" | "tel" | "password" | "search";
  inputMode?: "text" | "tel" | "decimal";
  required?: boolean;
  error?: string | null;
  autoComplete?: string;
  maxLength?: number;
  tall?: boolean;
  /** Said to the person who hears the page; not shown. */
  hideLabel?: boolean;
  placeholder?: string;
  autoFocus?: boolean;
}

export function Line({ label, hint, error, tall, required, hideLabel, placeholder, ...rest }: LineProps) {
  return (
    <TextField {...rest} className="field" isInvalid={Boolean(error)} isRequired={Boolean(required)}>
      <Label className={hideLabel ? "unseen" : "field__label"}>{label}</Label>
      {tall ? <TextArea /> : <Input {...(placeholder ? { placeholder } : {})} />}
      {hint ? <Text slot="description">{hint}</Text> : null}
      <FieldError>{error}</FieldError>
    </TextField>
  );
}

export interface Option {
  id: string;
  text: string;
}

interface ChoiceProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  options: readonly { id: string; text: ReactNode }[];
  hideLabel?: boolean;
  autoFocus?: boolean;
}

/** One of a few, all in sight. */
export function Choice({ label, options, hideLabel, autoFocus = false, ...rest }: ChoiceProps) {
  return (
    <RadioGroup {...rest} className="choices">
      <Label className={hideLabel ? "unseen" : "choices__label"}>{label}</Label>
      <div className="choices__row">
        {options.map(({ id, text }) => (
          <Radio key={id} value={id} className="choice" autoFocus={autoFocus && id === rest.value}>
            {text}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}

interface FinderProps {
  label: string;
  options: readonly Option[];
  selected: string | null;
  onSelect: (id: string | null) => void;
  typed: string;
  onType: (text: string) => void;
  hint?: string;
  openLabel: string;
}

/** One of many, found by typing; what was typed may also stand for itself. */
export function Finder({ label, options, selected, onSelect, typed, onType, hint, openLabel }: FinderProps) {
  return (
    <ComboBox
      className="field"
      allowsCustomValue
      defaultItems={options}
      selectedKey={selected}
      onSelectionChange={(key: Key | null) => onSelect(key === null ? null : String(key))}
      inputValue={typed}
      onInputChange={onType}
      menuTrigger="focus"
    >
      <Label className="field__label">{label}</Label>
      <div className="combo">
        <Input />
        <AriaButton className="button button--quiet button--round" aria-label={openLabel}>
          <ChevronDown size={18} aria-hidden />
        </AriaButton>
      </div>
      {hint ? <Text slot="description">{hint}</Text> : null}
      <Popover className="popover">
        <ListBox>
          {(option: Option) => (
            <ListBoxItem id={option.id} textValue={option.text}>
              {option.text}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
