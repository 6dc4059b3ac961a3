#include "profile/steady_timer.h"

#include <catch2/catch.hpp>

#include "error/error.h"

namespace {

TEST_CASE("steady marks are known at once and never run backwards") {
  assay::SteadyTimer timer;
  const auto a = timer.mark();
  const auto b = timer.mark();
  const auto c = timer.mark();
  CHECK(timer.elapsed(a, b)->value() >= 0.0);
  CHECK(timer.elapsed(a, c)->value() ==
        Approx(timer.elapsed(a, b)->value() + timer.elapsed(b, c)->value()));
  CHECK(timer.clock() == assay::StepClock::kSteady);
}

TEST_CASE("a released mark cannot be read and later ones keep their meaning") {
  assay::SteadyTimer timer;
  const auto a = timer.mark();
  const auto b = timer.mark();
  const auto c = timer.mark();
  const double before = timer.elapsed(b, c)->value();
  timer.release(a);
  CHECK(timer.elapsed(b, c)->value() == before);
  CHECK_THROWS_AS(timer.elapsed(a, c), assay::InternalError);
  CHECK(timer.mark() == c + 1);
}

}  // namespace
