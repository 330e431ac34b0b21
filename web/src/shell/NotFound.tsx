import { Signpost } from "lucide-react";
import { Link } from "react-router";
import { useText } from "~/i18n/language";
import { buttonClass, EmptyState } from "~/kit/basics";
import { Page } from "~/shell/Page";

export function NotFound() {
  const text = useText();
  return (
    <Page title={text("notFound.title")}>
      <EmptyState icon={Signpost} title={text("notFound.what")}>
        <Link className={buttonClass("main")} to="/fleet">
          {text("notFound.home")}
        </Link>
      </EmptyState>
    </Page>
  );
}
