#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "config/config.h"
#include "config/located.h"
#include "energy/energy_config.h"
#include "metrics/metrics_config.h"
#include "profile/profile_config.h"
#include "text/corpus_config.h"
#include "train/checkpoint_config.h"
#include "train/optimizer_config.h"
#include "train/schedule_config.h"
#include "train/train_config.h"

namespace assay {

/// Whose run it is and what it trains; written to the manifest, and labels of assay_run_info only.
struct OwnerConfig {
  std::string team;
  std::string project;
  std::string cost_centre;
  std::string model_name = "run";

  template <class V>
  void fields(V& visit) {
    visit("team", team, "who trains");
    visit("project", project, "what for");
    visit("cost_centre", cost_centre, "who pays");
    visit("model_name", model_name, "what records and metrics call the model", non_empty());
  }
};

/// What one device-hour costs and how much may be spent. Without a price a run shows hours and no
/// money.
struct PriceConfig {
  std::optional<Measure> device_hour;
  Located<std::string> sheet;
  std::string source;
  std::string valid_from;
  std::string valid_to;
  std::optional<Measure> budget;
  bool stop_at_budget = false;

  template <class V>
  void fields(V& visit) {
    visit("device_hour", device_hour, "rent of one device for one hour, such as \"2.0 USD/gpu_h\"",
          in_unit_of(Dimension::kMoneyPerGpuHour));
    visit("sheet", sheet,
          "id of a price of the registry instead, which has its own source and days");
    visit("source", source, "where the price comes from; empty: assumed");
    visit("valid_from", valid_from,
          "first day of the price, such as 2026-01-01; empty: not stated");
    visit("valid_to", valid_to, "last day of the price; a run on another day is warned of");
    visit("budget", budget,
          "what the whole run may cost in device rent, such as \"20 USD\"; a warning beyond",
          in_unit_of(Dimension::kMoney));
    visit("stop_at_budget", stop_at_budget,
          "write a checkpoint and end with exit code 7 where the budget is spent");
  }
  /// Checks that there is one price and that it is above zero, for RunConfig.
  void validate_sheet(const FieldPlaces& at) const;
  /// Checks the budget against the price, for RunConfig.
  void validate_budget(const FieldPlaces& at) const;
  /// Checks that the dates are dates, for RunConfig.
  void validate_dates(const FieldPlaces& at) const;
};

/// The text that is sampled at the end of a run.
struct SampleConfig {
  int64_t tokens = 400;
  double temperature = 0.7;
  int64_t top_k = 0;
  std::string prompt = "\n";

  template <class V>
  void fields(V& visit) {
    visit("tokens", tokens, "tokens to sample at the end; 0: none", at_least(0));
    visit("temperature", temperature, "0 takes the likeliest token", at_least(0));
    visit("top_k", top_k, "only the k likeliest tokens; 0: all", at_least(0));
    visit("prompt", prompt, "text that the sample goes on from", non_empty());
  }
};

/// A run config: one table for each part of a run.
struct RunConfig {
  OwnerConfig run;
  TomlTable model;
  CorpusConfig data;
  TrainConfig train;
  OptimizerConfig optimizer;
  ScheduleConfig schedule;
  CheckpointConfig checkpoint;
  SampleConfig sample;
  MetricsConfig metrics;
  EnergyConfig energy;
  ProfileConfig profile;
  PriceConfig price;

  template <class V>
  void fields(V& visit) {
    visit("run", run, "whose run it is");
    visit("model", model,
          "family and shape, or from = FOLDER of Hugging Face weights; assay models show FAMILY "
          "lists the "
          "keys",
          required());
    visit("data", data, "corpus");
    visit("train", train, "size of the run");
    visit("optimizer", optimizer, "AdamW");
    visit("schedule", schedule, "learning rate");
    visit("checkpoint", checkpoint, "when to save and what to keep");
    visit("sample", sample, "text sampled at the end");
    visit("metrics", metrics, "Prometheus endpoint");
    visit("energy", energy, "power sources");
    visit("profile", profile, "what is timed beside the phases");
    visit("price", price, "what a device-hour costs");
  }
  /// Checks what needs more than one table.
  void validate(const FieldPlaces& at) const;
};

/// Reads a run config with its overrides and fills in the model's defaults. Throws: ConfigError
/// with file:line:column.
RunConfig load_run_config(const std::filesystem::path& file, const Overrides& overrides);

}  // namespace assay
