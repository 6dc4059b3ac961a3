#include "cost/inference_use.h"

#include <catch2/catch.hpp>

namespace assay {
namespace {

InferenceRecord batch(double end_unix_s, double prefill_s, double decode_s) {
  return {.time_unix_s = end_unix_s,
          .num_prompts = 2,
          .num_sequences = 4,
          .prompt_tokens = Tokens(100),
          .generated_tokens = Tokens(204),
          .decode_tokens = Tokens(200),
          .prefill = Seconds(prefill_s),
          .decode = Seconds(decode_s),
          .first_token = Seconds(prefill_s + 0.01),
          .kv_cache = Bytes(4000),
          .kv_per_sequence = Bytes(1000)};
}

/// Held for 20 s by one device, of which 1 + 4 and 1 + 2 seconds computed tokens.
RunRecord generated() {
  RunRecord record;
  record.manifests = {{.started_unix_s = 100}};
  record.manifests[0].devices = {{.kind = "cpu"}};
  record.inference = {batch(110, 1, 4), batch(118, 1, 2)};
  record.events = {{.time_unix_s = 120, .kind = "stop"}};
  return record;
}

RunPrices rent(double per_hour) {
  RunPrices prices;
  prices.rent = Sourced<HourlyPrice>{
      .value = {Money{per_hour, "USD", ""}}, .provenance = Provenance::kAssumed, .source = "test"};
  return prices;
}

}  // namespace

TEST_CASE("a run that generated nothing has no figures of generation") {
  RunRecord record = generated();
  record.inference.clear();
  CHECK(!inference_use(record, account_time(record), {}, nullptr, nullptr));
}

TEST_CASE("speeds are tokens over the time of their phase") {
  const RunRecord record = generated();
  const auto use = inference_use(record, account_time(record), {}, nullptr, nullptr);
  REQUIRE(use);
  CHECK(use->prefill.rate->value() == Approx(200.0 / 2));
  CHECK(use->decode.rate->value() == Approx(400.0 / 6));
  CHECK(use->num_sequences == 8);
  CHECK(use->kv_per_sequence.value() == 1000);
  CHECK(use->median_first_token.value() == Approx(1.01));
  CHECK(*use->busy == Approx(8.0 / 20));
  CHECK(!use->per_token);
  CHECK(!use->per_million_held);
  CHECK(!use->decode.flops_share);
}

TEST_CASE("a million tokens cost the rent of their time, and more by all time held") {
  const RunRecord record = generated();
  const auto use = inference_use(record, account_time(record), rent(3.6), nullptr, nullptr);
  REQUIRE(use);
  // 3.6 USD an hour are 0.001 USD a second.
  CHECK(use->prefill.per_million->value.amount == Approx(0.001 * 2 / 200 * 1e6));
  CHECK(use->decode.per_million->value.amount == Approx(0.001 * 6 / 400 * 1e6));
  CHECK(use->per_million_held->value.amount == Approx(0.001 * 20 / 408 * 1e6));
  CHECK(use->per_million_held->provenance == Provenance::kAssumed);
}

TEST_CASE("energy counts over the tokens of the batches that measured it") {
  RunRecord record = generated();
  record.inference[1].energy = Joules(408);
  const auto use = inference_use(record, account_time(record), {}, nullptr, nullptr);
  CHECK(use->per_token->value() == Approx(2.0));
}

TEST_CASE("the share of the ceiling is two FLOPs a token and active parameter") {
  const RunRecord record = generated();
  ModelSpec spec;
  spec.parameters.active_a = 1'000'000;
  const RateCeiling ceiling{.rate = FlopsPerSecond(1e9)};
  const auto use = inference_use(record, account_time(record), {}, &spec, &ceiling);
  CHECK(*use->decode.flops_share == Approx(2.0 * 1e6 * 400 / (1e9 * 6)));
}

}  // namespace assay
