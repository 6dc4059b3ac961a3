#include "app/torch_support/inference_text.h"

#include <fmt/format.h>

#include <chrono>

#include "cost/inference_use.h"
#include "cost/run_efficiency.h"

namespace assay::app {

namespace {

using Json = nlohmann::ordered_json;

/// The record as it stands, with the time held until now.
std::optional<InferenceUse> use_of(const InferenceSession& session, const LoadedModel& loaded) {
  RunRecord record = session.record();
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  record.events.push_back(
      {.time_unix_s = std::chrono::duration<double>(now).count(), .kind = "stop"});
  const RunManifest& manifest = record.manifest();
  RunPrices prices;
  prices.rent = rent_of(manifest);
  const auto ceiling = rate_ceiling(manifest.devices.front(), nullptr);
  return inference_use(record, account_time(record), prices, &loaded.spec,
                       ceiling ? &*ceiling : nullptr);
}

std::string size_text(double bytes) {
  if (bytes >= 1e9) return fmt::format("{:.2f} GB", bytes * 1e-9);
  if (bytes >= 1e6) return fmt::format("{:.1f} MB", bytes * 1e-6);
  return fmt::format("{:.1f} kB", bytes * 1e-3);
}

std::string phase_text(const char* name, const InferencePhase& phase) {
  if (!phase.rate) return "";
  std::string text = fmt::format("{} {:.0f} tokens in {:.3f} s: {:.1f} tokens/s", name,
                                 phase.tokens.value(), phase.time.value(), phase.rate->value());
  if (phase.flops_share) {
    text += fmt::format(", {:.1f} % of the measured ceiling", 100 * *phase.flops_share);
  }
  return text + "\n";
}

std::string energy_text(const InferenceSession& session, const InferenceUse& use) {
  if (use.per_token) {
    return fmt::format("energy:     {:.3f} J a generated token\n", use.per_token->value());
  }
  std::string text = "energy:     not measured";
  for (const std::string& reason : session.no_energy()) text += "; " + reason;
  return text + "\n";
}

std::string price_text(const RunManifest& manifest, const InferenceUse& use) {
  if (!use.per_million_held) {
    return "price:      no price was named (--price \"2.0 USD/gpu_h\")\n";
  }
  const Money& held = use.per_million_held->value;
  std::string text = "price:      ";
  if (use.decode.per_million) {
    text += fmt::format("{:.4g} {} a million generated tokens with the device always busy, ",
                        use.decode.per_million->value.amount, held.currency);
  }
  return text + fmt::format("{:.4g} {} by all time held ({:.0f} % busy), at {} ({})\n", held.amount,
                            held.currency, 100 * use.busy.value_or(0), manifest.price_text,
                            to_string(use.per_million_held->provenance));
}

template <class T>
Json number_or_null(const std::optional<T>& value) {
  return value ? Json(value->value()) : Json(nullptr);
}

Json money_or_null(const std::optional<Sourced<Money>>& money) {
  if (!money) return nullptr;
  return {{"amount", money->value.amount},
          {"currency", money->value.currency},
          {"provenance", std::string(to_string(money->provenance))}};
}

Json phase_json(const InferencePhase& phase) {
  return {{"tokens", phase.tokens.value()},
          {"time_s", phase.time.value()},
          {"tokens_per_s", number_or_null(phase.rate)},
          {"flops_share_of_measured_ceiling",
           phase.flops_share ? Json(*phase.flops_share) : Json(nullptr)},
          {"price_per_million_tokens_always_busy", money_or_null(phase.per_million)}};
}

}  // namespace

std::string inference_text(const InferenceSession& session, const LoadedModel& loaded) {
  const auto use = use_of(session, loaded);
  if (!use) return "nothing was generated\n";
  return fmt::format("model:      {} ({}, {} parameters, {})\n", loaded.source, loaded.spec.family,
                     loaded.spec.parameters.total, to_string(loaded.precision)) +
         phase_text("prefill:   ", use->prefill) +
         fmt::format("first token after {:.1f} ms (median of {} batches)\n",
                     1e3 * use->median_first_token.value(), use->num_batches) +
         phase_text("decode:    ", use->decode) +
         fmt::format("memory:     {} of keys and values a sequence, {} of weights\n",
                     size_text(use->kv_per_sequence.value()),
                     size_text(static_cast<double>(loaded.num_weight_bytes))) +
         energy_text(session, *use) + price_text(session.record().manifest(), *use);
}

Json inference_json(const InferenceSession& session, const LoadedModel& loaded) {
  const auto use = use_of(session, loaded);
  if (!use) return nullptr;
  return {{"num_batches", use->num_batches},
          {"num_prompts", use->num_prompts},
          {"num_sequences", use->num_sequences},
          {"generated_tokens", use->generated_tokens.value()},
          {"prefill", phase_json(use->prefill)},
          {"decode", phase_json(use->decode)},
          {"median_first_token_s", use->median_first_token.value()},
          {"slowest_first_token_s", use->slowest_first_token.value()},
          {"kv_per_sequence_bytes", use->kv_per_sequence.value()},
          {"weight_bytes", loaded.num_weight_bytes},
          {"busy_share_of_time_held", use->busy ? Json(*use->busy) : Json(nullptr)},
          {"energy_per_generated_token_j", number_or_null(use->per_token)},
          {"energy_unavailable", session.no_energy()},
          {"price_per_million_generated_tokens_held", money_or_null(use->per_million_held)}};
}

}  // namespace assay::app
