/** Which page an address shows, and what all pages stand on. */

import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { BrowserRouter, Navigate, Outlet, Route, Routes } from "react-router";
import { ApiError } from "~/api/client";
import { LanguageProvider } from "~/i18n/language";
import { Skeleton } from "~/kit/basics";
import { TellProvider } from "~/kit/told";
import { SignIn } from "~/session/SignIn";
import { SessionProvider, useSession } from "~/session/session";
import { NotFound } from "~/shell/NotFound";
import { Shell } from "~/shell/Shell";

const FleetPage = lazy(() => import("~/fleet/FleetPage"));
const VehiclePage = lazy(() => import("~/vehicle/VehiclePage"));
const CasesPage = lazy(() => import("~/cases/CasesPage"));
const CaseDetail = lazy(() => import("~/cases/CaseDetail"));
const BoardPage = lazy(() => import("~/jobs/BoardPage"));
const JobPage = lazy(() => import("~/jobs/JobPage"));
const MapPage = lazy(() => import("~/map/MapPage"));
const RemindersPage = lazy(() => import("~/reminders/RemindersPage"));
const PartnersPage = lazy(() => import("~/partners/PartnersPage"));
const RescuePage = lazy(() => import("~/rescue/RescuePage"));
const SharingPage = lazy(() => import("~/sharing/SharingPage"));
const DriverPage = lazy(() => import("~/driver/DriverPage"));

/** A no of the service is an answer; only silence is worth another try. */
function worthAnotherTry(failures: number, error: unknown): boolean {
  return failures < 2 && error instanceof ApiError && (error.isUnreachable || error.status >= 500);
}

function SignedIn() {
  const { token, refused } = useSession();
  const [client] = useState(
    () =>
      new QueryClient({
        queryCache: new QueryCache({
          onError: (error) => {
            if (error instanceof ApiError && error.isUnauthorised) refused();
          },
        }),
        defaultOptions: { queries: { staleTime: 2_000, retry: worthAnotherTry } },
      }),
  );
  if (token === null) return <SignIn />;
  return (
    <QueryClientProvider client={client}>
      <Shell>
        <Suspense fallback={<Skeleton />}>
          <Outlet />
        </Suspense>
      </Shell>
    </QueryClientProvider>
  );
}

export function App() {
  return (
    <LanguageProvider>
      <TellProvider>
        <BrowserRouter>
          <Routes>
            <Route
              path="/d/:token"
              element={
                <Suspense fallback={<Skeleton rows={3} />}>
                  <DriverPage />
                </Suspense>
              }
            />
            <Route
              path="/s/:token"
              element={
                <Suspense fallback={<Skeleton rows={3} />}>
                  <SharingPage />
                </Suspense>
              }
            />
            <Route
              element={
                <SessionProvider>
                  <SignedIn />
                </SessionProvider>
              }
            >
              <Route index element={<Navigate to="/fleet" replace />} />
              <Route path="fleet" element={<FleetPage />} />
              <Route path="vehicles/:id" element={<VehiclePage />} />
              <Route path="cases" element={<CasesPage />}>
                <Route path=":id" element={<CaseDetail />} />
              </Route>
              <Route path="rescues" element={<BoardPage />} />
              <Route path="rescues/new" element={<RescuePage />} />
              <Route path="rescues/:id" element={<JobPage />} />
              <Route path="map" element={<MapPage />} />
              <Route path="reminders" element={<RemindersPage />} />
              <Route path="partners" element={<PartnersPage />} />
              <Route path="*" element={<NotFound />} />
            </Route>
          </Routes>
        </BrowserRouter>
      </TellProvider>
    </LanguageProvider>
  );
}
