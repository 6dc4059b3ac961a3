#include "train/run_config.h"

#include <fmt/format.h>

#include <utility>

#include "config/key_conflict.h"
#include "registry/calendar_date.h"
#include "specs/family.h"
#include "specs/model_source.h"

namespace assay {

void PriceConfig::validate_sheet(const FieldPlaces& at) const {
  if (device_hour && !(device_hour->value > 0)) {
    at.fail("price.device_hour", "price.device_hour is not above zero: " + device_hour->text);
  }
  if (sheet.value.empty()) return;
  if (device_hour) {
    fail_among(at, {"price.sheet", "price.device_hour"},
               fmt::format("two prices: price.device_hour = \"{}\" and price.sheet = \"{}\"",
                           device_hour->text, sheet.value));
  }
  if (!source.empty() || !valid_from.empty() || !valid_to.empty()) {
    fail_among(at, {"price.source", "price.valid_from", "price.valid_to", "price.sheet"},
               fmt::format("price.source, price.valid_from and price.valid_to are those of "
                           "the price of the registry: price.sheet = \"{}\"",
                           sheet.value));
  }
}

void PriceConfig::validate_budget(const FieldPlaces& at) const {
  if (!budget) {
    if (stop_at_budget) {
      at.fail("price.stop_at_budget", "price.stop_at_budget wants a price.budget");
    }
    return;
  }
  if (!device_hour && sheet.value.empty()) {
    at.fail("price.budget",
            "price.budget wants a price.device_hour or a price.sheet: nothing else says "
            "what is spent");
  }
  if (!(budget->value > 0)) {
    at.fail("price.budget", "price.budget is not above zero: " + budget->text);
  }
  // The currency of a sheet is known when the registry is read.
  if (device_hour && budget->currency != device_hour->currency) {
    fail_among(at, {"price.budget", "price.device_hour"},
               fmt::format("price.budget is in another currency than price.device_hour: {} "
                           "and {}",
                           budget->currency, device_hour->currency));
  }
}

void PriceConfig::validate_dates(const FieldPlaces& at) const {
  for (const auto& [key, day] :
       {std::pair{"price.valid_from", valid_from}, {"price.valid_to", valid_to}}) {
    if (!day.empty() && !registry::is_day(day)) {
      at.fail(key, fmt::format("price.valid_from and price.valid_to are days such as "
                               "2026-01-01: \"{}\"",
                               day));
    }
  }
  if (!valid_from.empty() && !valid_to.empty() && valid_to < valid_from) {
    fail_among(
        at, {"price.valid_to", "price.valid_from"},
        fmt::format("price.valid_to is before price.valid_from: {} < {}", valid_to, valid_from));
  }
}

void RunConfig::validate(const FieldPlaces& at) const {
  const ModelSpec spec = spec_from_table(with_folder_shape(model), "run");
  if (train.seq_len > spec.max_seq_len) {
    fail_among(at, {"train.seq_len", "model.max_seq_len"},
               fmt::format("train.seq_len is longer than the model can see: {} > {}", train.seq_len,
                           spec.max_seq_len));
  }
  constexpr double kMostTokens = 1e18;
  const double tokens = static_cast<double>(train.steps) * static_cast<double>(train.micro_batch) *
                        static_cast<double>(train.grad_accum) * static_cast<double>(train.seq_len);
  if (tokens > kMostTokens) {
    fail_among(at, {"train.steps", "train.micro_batch", "train.grad_accum", "train.seq_len"},
               fmt::format("train.steps x micro_batch x grad_accum x seq_len are {:.3g} tokens, "
                           "above 1e18",
                           tokens));
  }
  if (schedule.warmup_steps >= train.steps) {
    fail_among(at, {"schedule.warmup_steps", "train.steps"},
               fmt::format("schedule.warmup_steps leaves no step after it: {} of {} "
                           "train.steps",
                           schedule.warmup_steps, train.steps));
  }
  if (!optimizer.master_weights && train.precision == Precision::kFp32) {
    fail_among(at, {"optimizer.master_weights", "train.precision"},
               "optimizer.master_weights = false wants train.precision = \"bf16\" or \"fp8\": fp32 "
               "weights are their own masters");
  }
  for (const auto& [key, wanted] :
       {std::pair{"train.eval_tokens", train.eval_tokens},
        std::pair{"train.final_eval_tokens", train.final_eval_tokens}}) {
    if (wanted == 1) fail_among(at, {key}, fmt::format("{} = 1 has no next token to predict", key));
  }
  if (!train.keep_bf16.empty() && train.precision != Precision::kFp8) {
    fail_among(at, {"train.keep_bf16", "train.precision"},
               fmt::format("train.keep_bf16 wants train.precision = \"fp8\": \"{}\"",
                           to_string(train.precision)));
  }
  for (const std::string& gpu : energy.gpus_to_read({})) {
    const bool is_uuid = gpu.starts_with("GPU-") || gpu.starts_with("MIG-");
    if (is_uuid || gpu.find(':') != std::string::npos) continue;
    fail_among(at, {"energy.gpus"},
               fmt::format("energy.gpus wants UUIDs (GPU-..., as nvidia-smi -L has them) or PCI "
                           "addresses (0000:03:00.0): \"{}\"",
                           gpu));
  }
  price.validate_sheet(at);
  price.validate_budget(at);
  price.validate_dates(at);
  if (schedule.decay_steps == 0 || schedule.decay_steps <= train.steps) return;
  fail_among(at, {"schedule.decay_steps", "train.steps"},
             fmt::format("schedule.decay_steps is after the last step: {} > {} (0 is the "
                         "last step)",
                         schedule.decay_steps, train.steps));
}

RunConfig load_run_config(const std::filesystem::path& file, const Overrides& overrides) {
  auto config = load_config<RunConfig>(file, overrides);
  // The key that a tokenizer may contradict.
  const Place place = config.model.place_of("vocab_size");
  config.model = resolve_model_table(with_folder_shape(config.model));
  config.model.place = place;
  return config;
}

}  // namespace assay
