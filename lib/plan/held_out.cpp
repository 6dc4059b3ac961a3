#include "plan/held_out.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "plan/roofline.h"
#include "units/amount_text.h"

namespace assay {
namespace {

// How alike a known run is to this one: software first, then kind and precision, then the chip.
int likeness(const EfficiencyCase& in, const EfficiencyCase& other) {
  return 8 * (other.software == in.software) + 4 * (other.mixture == in.mixture) +
         2 * (other.precision == in.precision) + (other.architecture == in.architecture);
}

// The share of the roofline that this run reached beside those of the runs most like it: what the
// prediction went by, and how far off that is.
std::string shares_text(const KnownEfficiency& own, const std::vector<KnownEfficiency>& others) {
  int most = 0;
  for (const KnownEfficiency& other : others) most = std::max(most, likeness(own.in, other.in));
  std::string alike;
  for (const KnownEfficiency& other : others) {
    if (likeness(own.in, other.in) < most) continue;
    alike +=
        fmt::format("{}{} {:.0f} %", alike.empty() ? "" : ", ", other.id, 100 * other.efficiency);
  }
  return fmt::format("it reached {:.0f} % of its roofline, the runs most like it: {}",
                     100 * own.efficiency, alike);
}

// What the other rows have in common with this one, said plainly.
std::string reason_of(const HeldOutRow& row, const KnownEfficiency& own,
                      const std::vector<KnownEfficiency>& others) {
  const EfficiencyCase& in = own.in;
  size_t software = 0;
  size_t family = 0;
  size_t architecture = 0;
  for (const KnownEfficiency& other : others) {
    const bool same = other.in.software == in.software;
    software += same ? 1 : 0;
    architecture += same && other.in.architecture == in.architecture ? 1 : 0;
    family += same && other.in.mixture == in.mixture && other.in.precision == in.precision ? 1 : 0;
  }
  const std::string kind = fmt::format("{} {} with {}", in.mixture ? "mixtures" : "dense models",
                                       in.precision, in.software);
  std::string why =
      software == 0 ? fmt::format("no other published run with {}", in.software)
      : family == 0 ? fmt::format("no other published run of {}", kind)
      : architecture == 0
          ? fmt::format("no other published run with {} on {}", in.software, in.architecture)
      : family == 1
          ? fmt::format("one other published run of {}, and it differs", kind)
          : fmt::format("{} other runs of {}, and they differ among themselves", family, kind);
  why += "; " + shares_text(own, others);
  if (!row.run.note.empty()) why += "; " + row.run.note;
  return why;
}

HeldOutRow predicted_row(const PublishedThroughput& run, const KnownEfficiency& own,
                         const std::vector<KnownEfficiency>& others, const Registry& registry) {
  const EfficiencyEstimate share = EfficiencyModel(others).predict(own.in);
  const double least = roofline_time(*registry.model(run.model).spec, registry.device(run.device),
                                     run.precision, run.seq_len)
                           .total();
  HeldOutRow row{.run = run,
                 .predicted = share.median / least,
                 .low = share.low / least,
                 .high = share.high / least};
  if (!row.inside() || row.half_width() > kWidestHalf) row.reason = reason_of(row, own, others);
  return row;
}

std::string table_line(const HeldOutRow& row) {
  const PublishedThroughput& run = row.run;
  return fmt::format(
      "| {} | {} | {} x {} | {} | {} | {} | {} | {} – {} | {:.0f} % "
      "| {:.2f} | {} |\n",
      run.model, run.software, run.num_devices, run.device, run.precision, run.seq_len,
      amount_text(row.published()), amount_text(row.predicted), amount_text(row.low),
      amount_text(row.high), 100 * row.half_width(), row.published() / row.predicted,
      row.inside() ? "inside" : "outside");
}

}  // namespace

bool of_one_run(const PublishedThroughput& a, const PublishedThroughput& b) {
  return a.model == b.model && a.device == b.device && a.num_devices == b.num_devices &&
         a.throughput.source.key == b.throughput.source.key;
}

std::vector<HeldOutRow> held_out(const std::vector<PublishedThroughput>& runs,
                                 const Registry& registry) {
  const std::vector<KnownEfficiency> known = known_efficiencies(runs, registry);
  std::vector<HeldOutRow> rows;
  for (size_t i = 0; i < runs.size(); ++i) {
    std::vector<KnownEfficiency> others;
    for (size_t other = 0; other < runs.size(); ++other) {
      if (!of_one_run(runs[i], runs[other])) others.push_back(known[other]);
    }
    rows.push_back(predicted_row(runs[i], known[i], others, registry));
  }
  return rows;
}

std::string held_out_json(const std::vector<HeldOutRow>& rows, const std::string& registry_hash) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const HeldOutRow& row : rows) {
    list.push_back({{"id", row.run.id},
                    {"model", row.run.model},
                    {"device", row.run.device},
                    {"num_devices", row.run.num_devices},
                    {"software", row.run.software},
                    {"precision", row.run.precision},
                    {"seq_len", row.run.seq_len},
                    {"source", row.run.throughput.source.key},
                    {"published_tokens_per_s_and_device", row.published()},
                    {"predicted", row.predicted},
                    {"low", row.low},
                    {"high", row.high},
                    {"level", 0.9},
                    {"inside", row.inside()},
                    {"reason", row.reason.empty() ? nlohmann::ordered_json()
                                                  : nlohmann::ordered_json(row.reason)}});
  }
  const nlohmann::ordered_json json{
      {"schema_version", 1}, {"registry_hash", registry_hash}, {"held_out", std::move(list)}};
  return json.dump(2) + "\n";
}

std::string held_out_markdown(const std::vector<HeldOutRow>& rows) {
  const auto counted = [&](auto test) { return std::count_if(rows.begin(), rows.end(), test); };
  const auto all = std::ssize(rows);
  const auto inside = counted([](const HeldOutRow& row) { return row.inside(); });
  const auto kept = counted([](const HeldOutRow& row) { return row.reason.empty(); });
  std::string text = fmt::format(
      "# Planned against published speeds, each held out\n\n"
      "Made by `assay plan --held-out`. Every row of `configs/registry/throughput` is predicted "
      "from other runs alone: neither the efficiency nor the choice of how alike runs are has seen "
      "it, or any row of the same model on the same devices in the same document (another "
      "precision, another switch). Only the software that trained it is told. Tokens a second and "
      "device.\n\n"
      "- {} of {} published speeds lie in their 90 % interval.\n"
      "- {} of {} do so with an interval no wider than ±{:.0f} %. The aim is all of them: {} miss "
      "it, {} outside and {} inside a wider interval, each with its reason below.\n\n"
      "| model | software | devices | precision | sequence | published | predicted | 90 % interval "
      "| "
      "half width | published / predicted | |\n|---|---|---|---|---|---|---|---|---|---|---|\n",
      inside, rows.size(), kept, rows.size(), 100 * kWidestHalf, all - kept, all - inside,
      inside - kept);
  for (const HeldOutRow& row : rows) text += table_line(row);
  text += "\n## Outside, or wider than the target\n\n";
  for (const HeldOutRow& row : rows) {
    if (row.reason.empty()) continue;
    text += fmt::format("- **{}** ({}, ±{:.0f} %): {}.\n", row.run.id,
                        row.inside() ? "inside" : "outside", 100 * row.half_width(), row.reason);
  }
  return text;
}

}  // namespace assay
