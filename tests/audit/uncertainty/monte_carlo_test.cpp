#include "audit/uncertainty/monte_carlo.h"

#include <catch2/catch.hpp>

#include <cmath>

#include "audit/uncertainty/needed_value.h"
#include "audit/uncertainty/term.h"

namespace assay::audit {
namespace {

constexpr DrawPlan kPlan{.draws = 10000, .seed = 7};

Term uniform(const std::string& key, double low, double high) {
  const double middle = (low + high) / 2;
  return input_term(middle, {Shape::kUniform, low, middle, high}, key, "", {});
}

// Three standard errors of a sample quantile of n draws: sqrt(q (1 - q) / n) over the density.
double sampling_error(double width) { return 3 * std::sqrt(0.05 * 0.95 / 10000) * width; }

TEST_CASE("one uniform input gives its own quantiles, and those of a monotone function of it") {
  const Term x = uniform("x", 10, 20);
  const auto plain = drawn_interval(x.steps, kPlan);
  REQUIRE(plain);
  CHECK(plain->low == Approx(10.5).margin(sampling_error(10)));
  CHECK(plain->median == Approx(15).margin(3 * std::sqrt(0.25 / 10000) * 10));
  CHECK(plain->high == Approx(19.5).margin(sampling_error(10)));
  // 100 / x falls: its 5 % quantile is 100 over the 95 % quantile of x.
  const auto falling = drawn_interval((constant(100) / x).steps, kPlan);
  CHECK(falling->low == Approx(100 / 19.5).margin(sampling_error(10) * 100 / (19.5 * 19.5)));
  CHECK(falling->high == Approx(100 / 10.5).margin(sampling_error(10) * 100 / (10.5 * 10.5)));
  const auto square = drawn_interval((x * x).steps, kPlan);
  CHECK(square->high == Approx(19.5 * 19.5).margin(sampling_error(10) * 2 * 19.5));
}

TEST_CASE("an input that stands twice is drawn once: it cancels in a ratio and in a difference") {
  const Term x = uniform("x", 1, 3);
  const Term y = uniform("y", 1, 3);
  const auto same = drawn_interval((x / x).steps, kPlan);
  CHECK(same->low == 1);
  CHECK(same->high == 1);
  const auto shared = drawn_interval((x * y / x).steps, kPlan);
  const auto alone = drawn_interval(y.steps, kPlan);
  CHECK(shared->low == Approx(alone->low).epsilon(1e-12));
  CHECK(shared->high == Approx(alone->high).epsilon(1e-12));
  const auto apart = drawn_interval((x / y).steps, kPlan);
  CHECK(apart->high - apart->low > 1);
}

TEST_CASE("a quantity in two units is one draw") {
  const Term hours =
      input_term(48, {Shape::kUniform, 24, 48, 72}, "wall", "h", {.shown = {.name = "wall"}});
  const Term days =
      input_term(2, {Shape::kUniform, 1, 2, 3}, "wall", "day", {.shown = {.name = "wall"}});
  const auto ratio = drawn_interval((hours / days).steps, kPlan);
  CHECK(ratio->low == Approx(24).epsilon(1e-12));
  CHECK(ratio->high == Approx(24).epsilon(1e-12));
}

TEST_CASE("the same seed gives the same numbers in any order, another seed others") {
  const Term ab = uniform("a", 0, 1) + uniform("b", 0, 1);
  const Term ba = uniform("b", 0, 1) + uniform("a", 0, 1);
  CHECK(drawn_interval(ab.steps, kPlan)->low == drawn_interval(ba.steps, kPlan)->low);
  CHECK(drawn_interval(ab.steps, kPlan)->low !=
        drawn_interval(ab.steps, {.draws = 10000, .seed = 8})->low);
  // Computed by the definition in Python, so that another machine or compiler is held to it.
  CHECK(drawn_share(20240601, "dsv3-total-2788k#total.hours", 0) == 0.4390258040172273);
  CHECK(drawn_share(1, "a", 9999) == 0.6637570692073496);
  CHECK(drawn_share(1, "a", 0) != drawn_share(1, "a", 1));
  CHECK(drawn_share(1, "a", 0) != drawn_share(1, "b", 0));
}

TEST_CASE("an open input and an infinite result have no interval") {
  const Term open = input_term(5, {Shape::kOpen, 5, 5, 5}, "x", "", {});
  CHECK_FALSE(drawn_interval((open * constant(2)).steps, kPlan));
  CHECK_FALSE(drawn_interval((constant(1) / constant(0)).steps, kPlan));
  CHECK_FALSE(drawn_interval(open.steps, {.draws = 0, .seed = 7}));
}

TEST_CASE("the input that moves a result most comes first, with the others kept") {
  const Term narrow = uniform("narrow", 0.9, 1.1);
  const Term wide = uniform("wide", 1, 3);
  const auto effects = input_effects((narrow * wide * constant(10)).steps);
  REQUIRE(effects.size() == 2);
  CHECK(effects[0].key == "wide");
  CHECK(effects[0].input_low == Approx(1.1));
  CHECK(effects[0].result_low == Approx(11));
  CHECK(effects[0].result_high == Approx(29));
  CHECK(effects[1].result_low == Approx(0.91 * 2 * 10));
}

TEST_CASE("the needed value put back gives the target") {
  const Term a = uniform("a", 1, 3);
  const Term b = uniform("b", 10, 30);
  const Term formula = a * b / (b + constant(5)) * constant(7);
  for (const double target : {1.0, 9.0, 11.0}) {
    const auto needed = needed_value(formula.steps, "b", target);
    REQUIRE(needed);
    CHECK(evaluate(formula.steps, [&](const TermStep& step) {
            return step.key == "b" ? *needed : step.value;
          }) == Approx(target).epsilon(1e-9));
  }
  CHECK_FALSE(needed_value(formula.steps, "b", 15));  // above a * 7 for any b
  CHECK_FALSE(needed_value(formula.steps, "c", 1));   // not an input
  CHECK(*needed_value(formula.steps, "a", 22.4) == Approx(4));
}

}  // namespace
}  // namespace assay::audit
