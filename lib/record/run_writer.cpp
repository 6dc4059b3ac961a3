#include "record/run_writer.h"

#include <fmt/format.h>

#include <utility>

#include "error/error.h"
#include "formats/durable_file.h"
#include "record/record_json.h"

namespace assay {
namespace {

int count_manifests(const std::filesystem::path& dir) {
  int count = 0;
  while (std::filesystem::exists(dir / manifest_name(count))) ++count;
  return count;
}

}  // namespace

std::string manifest_name(int attempt) {
  return attempt == 0 ? "manifest.json" : fmt::format("manifest.{}.json", attempt);
}

void require_no_run(const std::filesystem::path& dir) {
  if (!std::filesystem::exists(dir / manifest_name(0))) return;
  throw DataError(
      fmt::format("[record] this folder already holds a run; name another: {}", dir.string()));
}

std::unique_ptr<RunWriter> RunWriter::create(const std::filesystem::path& dir,
                                             const RunManifest& manifest, const Options& options) {
  require_no_run(dir);
  make_directories(dir);
  std::unique_ptr<RunWriter> writer(new RunWriter(dir, 0, options));
  writer->start(manifest, "run_start");
  return writer;
}

std::unique_ptr<RunWriter> RunWriter::resume(const std::filesystem::path& dir,
                                             const RunManifest& manifest, const Options& options) {
  const int attempt = count_manifests(dir);
  if (attempt == 0) {
    throw DataError(
        fmt::format("[record] no run to resume: {} has no manifest.json", dir.string()));
  }
  std::unique_ptr<RunWriter> writer(new RunWriter(dir, attempt, options));
  writer->start(manifest, "resume");
  return writer;
}

std::unique_ptr<RunWriter> RunWriter::join(const std::filesystem::path& dir, int attempt,
                                           const Options& options) {
  assay::check(options.rank > 0, "[record] rank 0 creates or resumes a run, it does not join one");
  return std::unique_ptr<RunWriter>(new RunWriter(dir, attempt, options));
}

std::unique_ptr<RunWriter> RunWriter::create(const std::filesystem::path& dir,
                                             const RunManifest& manifest) {
  return create(dir, manifest, Options{});
}

std::unique_ptr<RunWriter> RunWriter::resume(const std::filesystem::path& dir,
                                             const RunManifest& manifest) {
  return resume(dir, manifest, Options{});
}

RunWriter::RunWriter(std::filesystem::path dir, int attempt, Options options)
    : dir_(std::move(dir)),
      attempt_(attempt),
      options_(std::move(options)),
      events_(dir_ / fmt::format("events.{}.jsonl", options_.rank)) {
  if (options_.rank == 0) steps_.emplace(dir_ / "steps.jsonl");
}

void RunWriter::start(const RunManifest& manifest, const char* event_kind) {
  write_file_durably(dir_ / manifest_name(attempt_), to_json_text(manifest));
  RunEvent event;
  event.time_unix_s = manifest.started_unix_s;
  event.kind = event_kind;
  event.step = manifest.resumed_at_step;
  write(std::move(event));
  sync();
  fsync_directory(dir_);
}

void RunWriter::consume(const RunItem& item) noexcept {
  const std::lock_guard lock(mutex_);
  if (failed_) return;
  try {
    std::visit([this](const auto& value) { write(value); }, item);
  } catch (const std::exception& error) {
    failed_ = true;
    try {
      error_ = error.what();
    } catch (...) {  // no memory even for the message: failed_ says it
    }
  }
}

void RunWriter::write(StepRecord step) {
  if (!steps_) return;
  step.attempt = attempt_;
  steps_->append(to_json_line(step));
}

void RunWriter::write(EnergySample sample) {
  if (!energy_) energy_.emplace(dir_ / fmt::format("energy.{}.jsonl", options_.node));
  sample.attempt = attempt_;
  sample.node = options_.node;
  energy_->append(to_json_line(sample));
}

void RunWriter::write(RunEvent event) {
  event.attempt = attempt_;
  event.rank = options_.rank;
  events_.append(to_json_line(event));
  if (event.kind == "checkpoint" || event.kind == "stop") sync_files();
}

void RunWriter::write(InferenceRecord batch) {
  if (!steps_) return;
  if (!inference_) inference_.emplace(dir_ / "inference.jsonl");
  batch.attempt = attempt_;
  inference_->append(to_json_line(batch));
}

std::optional<std::string> RunWriter::error() const {
  const std::lock_guard lock(mutex_);
  if (!failed_) return std::nullopt;
  return error_.empty() ? "[record] out of memory while writing the run" : error_;
}

void RunWriter::check() const {
  if (const auto message = error()) throw StorageError(*message);
}

void RunWriter::sync() {
  const std::lock_guard lock(mutex_);
  sync_files();
}

void RunWriter::sync_files() {
  if (steps_) steps_->sync();
  events_.sync();
  if (energy_) energy_->sync();
  if (inference_) inference_->sync();
}

}  // namespace assay
