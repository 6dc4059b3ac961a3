#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "record/changed_config.h"
#include "report/number_text.h"
#include "report/section_builder.h"
#include "report/sections/sections.h"

namespace assay::report {
namespace {

std::string command_line(const RunManifest& manifest) {
  std::string line;
  for (const std::string& word : manifest.command) line += line.empty() ? word : " " + word;
  return line;
}

std::string digests(const std::vector<FileDigest>& files) {
  std::string text;
  for (const FileDigest& file : files) {
    fmt::format_to(std::back_inserter(text), "{}  {}  {}\n", file.sha256,
                   number_text(static_cast<double>(file.size), "B"), file.path);
  }
  return text;
}

void add_rows(size_t index, const RunReport& run, SectionBuilder& section) {
  const RunManifest& manifest = run.record.manifest();
  section.text(index, "run_id", manifest.run_id);
  section.text(index, "directory", run.record.dir.string());
  section.text(index, "command", command_line(manifest));
  section.text(index, "host", manifest.hostname);
  section.text(index, "code_version", manifest.code_version);
  section.text(index, "compiler", fmt::format("{} {}", manifest.compiler, manifest.build_type));
  section.text(index, "libtorch", manifest.libtorch_version);
  section.text(index, "binary_sha256", manifest.binary.sha256);
  section.text(index, "config_sha256", manifest.config_sha256);
  section.text(index, "seed", fmt::format("{} · {}", manifest.seed, manifest.rng_scheme));
  section.text(index, "tokenizer", manifest.tokenizer);
}

std::string device_names(const RunManifest& manifest) {
  std::string names;
  for (const DeviceInfo& device : manifest.devices) {
    names += names.empty() ? device.name : ", " + device.name;
  }
  return names;
}

/// "train-000.bin 1f0c2a9be41d, …": enough to tell corpora apart.
std::string short_digests(const std::vector<FileDigest>& files) {
  constexpr size_t kDigits = 12;
  std::string text;
  for (const FileDigest& file : files) {
    if (!text.empty()) text += ", ";
    text += fmt::format("{} {}", file.path, file.sha256.substr(0, kDigits));
  }
  return text;
}

// What a process that resumed the run did not share with the first one.
void add_differences(const ReportInput& input, size_t index, SectionBuilder& section) {
  const std::vector<RunManifest>& manifests = input.runs[index].record.manifests;
  for (size_t process = 1; process < manifests.size(); ++process) {
    const auto tell = [&](std::string_view key, const std::string& now) {
      section.section().notes.push_back(
          in_run(input, index,
                 fmt::format(fmt::runtime(section.say("process_differs")), process,
                             section.say(key), now)));
    };
    const auto compare = [&](std::string_view key, const std::string& first,
                             const std::string& now) {
      if (first != now) tell(key, now);
    };
    const RunManifest& first = manifests.front();
    const RunManifest& now = manifests[process];
    compare("devices", device_names(first), device_names(now));
    compare("host", first.hostname, now.hostname);
    compare("code_version", first.code_version, now.code_version);
    compare("binary_sha256", first.binary.sha256, now.binary.sha256);
    compare("libtorch", first.libtorch_version, now.libtorch_version);
    if (const std::string changed = changed_config(first, now); !changed.empty()) {
      tell("resolved_config", changed);
    }
    if (!std::ranges::equal(first.data, now.data, {}, &FileDigest::sha256, &FileDigest::sha256)) {
      tell("data_digests", short_digests(now.data));
    }
  }
}

}  // namespace

Section origin_section(const ReportInput& input) {
  SectionBuilder section("origin", input.runs.size(), input.language);
  for (size_t i = 0; i < input.runs.size(); ++i) {
    const RunReport& run = input.runs[i];
    const RunManifest& manifest = run.record.manifests.back();
    add_rows(i, run, section);
    add_differences(input, i, section);
    auto& blocks = section.section().blocks;
    if (!manifest.data.empty()) {
      blocks.push_back({.label = in_run(input, i, section.say("data_digests")),
                        .text = digests(manifest.data),
                        .folded = true});
    }
    if (!manifest.config_toml.empty()) {
      blocks.push_back({.label = in_run(input, i, section.say("resolved_config")),
                        .text = manifest.config_toml,
                        .folded = true});
    }
    for (const RunEvent& event : run.record.events) {
      if (event.kind != "warning") continue;
      section.section().notes.push_back(
          in_run(input, i, fmt::format(fmt::runtime(section.say("warning")), event.message)));
    }
    for (const std::string& warning : run.record.warnings) {
      section.section().notes.push_back(
          in_run(input, i, fmt::format(fmt::runtime(section.say("warning")), warning)));
    }
  }
  return section.take();
}

}  // namespace assay::report
