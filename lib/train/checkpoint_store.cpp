#include "train/checkpoint_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <system_error>

#include "digest/sha256.h"
#include "error/error.h"
#include "formats/durable_file.h"
#include "train/tensor_file.h"

namespace assay {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kStepPrefix = "step-";
constexpr std::string_view kTemporaryPrefix = ".tmp-";
constexpr const char* kModelFile = "model.safetensors";
constexpr const char* kOptimizerFile = "optimizer.safetensors";

std::optional<int64_t> step_of(const fs::path& folder) {
  const std::string name = folder.filename().string();
  if (!name.starts_with(kStepPrefix)) return std::nullopt;
  int64_t step = 0;
  const char* end = name.data() + name.size();
  const auto [rest, error] = std::from_chars(name.data() + kStepPrefix.size(), end, step);
  if (error != std::errc() || rest != end) return std::nullopt;
  return step;
}

/// Makes `from` visible as `to`; what was there ends up as `from`.
void swap_in(const fs::path& from, const fs::path& to) {
  const unsigned flags = fs::exists(to) ? RENAME_EXCHANGE : 0U;
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), flags) != 0) {
    throw_storage_error("cannot rename a checkpoint", to, errno);
  }
}

/// Removes a folder so that a kill in between never leaves half a checkpoint under its name.
void remove_checkpoint(const fs::path& checkpoint) {
  const fs::path doomed = checkpoint.parent_path() /
                          (std::string(kTemporaryPrefix) + "old-" + checkpoint.filename().string());
  std::error_code error;
  fs::remove_all(doomed, error);
  fs::rename(checkpoint, doomed, error);
  if (!error) fs::remove_all(doomed, error);
  if (error) throw_storage_error("cannot remove a checkpoint", checkpoint, error.value());
}

FileDigest digest_of(const fs::path& folder, const char* name) {
  const fs::path path = folder / name;
  return {name, static_cast<int64_t>(fs::file_size(path)), sha256_file(path)};
}

void require_intact(const fs::path& checkpoint, const FileDigest& expected) {
  const fs::path path = checkpoint / expected.path;
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) throw DataError(fmt::format("[checkpoint] file is missing: {}", path.string()));
  if (static_cast<int64_t>(size) != expected.size) {
    throw DataError(fmt::format("[checkpoint] file is cut off: {}: {} of {} bytes", path.string(),
                                size, expected.size));
  }
  if (sha256_file(path) != expected.sha256) {
    throw DataError(
        fmt::format("[checkpoint] file is corrupt, its sha256 is not the one in "
                    "state.json: {}",
                    path.string()));
  }
}

}  // namespace

void CheckpointStore::open() {
  make_directories(folder_);
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    if (entry.path().filename().string().starts_with(kTemporaryPrefix)) {
      fs::remove_all(entry.path(), error);
    }
  }
  if (error) throw_storage_error("cannot remove a half-written checkpoint", folder_, error.value());
}

fs::path CheckpointStore::write(CheckpointState state, const CheckpointTensors& tensors) {
  const fs::path target = folder_ / fmt::format("{}{}", kStepPrefix, state.step);
  const fs::path temporary =
      folder_ / fmt::format("{}{}.{}", kTemporaryPrefix, target.filename().string(), getpid());
  std::error_code ignored;
  fs::remove_all(temporary, ignored);
  try {
    make_directories(temporary);
    write_files(temporary, state, tensors);
    fsync_directory(temporary);
    swap_in(temporary, target);
    fsync_directory(folder_);
  } catch (...) {
    fs::remove_all(temporary, ignored);
    throw;
  }
  fs::remove_all(temporary, ignored);
  remove_unkept(target);
  return target;
}

void CheckpointStore::write_files(const fs::path& folder, CheckpointState& state,
                                  const CheckpointTensors& tensors) const {
  save_tensors(folder / kModelFile, tensors.model);
  save_tensors(folder / kOptimizerFile, tensors.optimizer);
  state.files = {digest_of(folder, kModelFile), digest_of(folder, kOptimizerFile)};
  write_file_durably(folder / "state.json", to_json_text(state));
}

std::vector<fs::path> CheckpointStore::list() const {
  std::vector<fs::path> found;
  std::error_code no_folder;
  for (const auto& entry : fs::directory_iterator(folder_, no_folder)) {
    if (entry.is_directory() && step_of(entry.path())) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end(),
            [](const fs::path& a, const fs::path& b) { return step_of(a) > step_of(b); });
  return found;
}

std::optional<fs::path> CheckpointStore::newest_accepted(
    const std::function<void(const fs::path&)>& accept,
    const std::function<void(const std::string&)>& warn) const {
  for (const fs::path& checkpoint : list()) {
    try {
      accept(checkpoint);
      return checkpoint;
    } catch (const DataError& error) {
      warn(error.what());
    }
  }
  return std::nullopt;
}

void CheckpointStore::remove_unkept(const fs::path& written) const {
  const std::vector<fs::path> checkpoints = list();
  for (size_t i = static_cast<size_t>(policy_.keep_last); i < checkpoints.size(); ++i) {
    const int64_t step = step_of(checkpoints[i]).value();
    if (policy_.keep_every > 0 && step % policy_.keep_every == 0) continue;
    if (checkpoints[i] == written) continue;  // a resume from an older one than the newest
    remove_checkpoint(checkpoints[i]);
  }
}

CheckpointState verify_checkpoint(const fs::path& checkpoint) {
  CheckpointState state = read_checkpoint_state(checkpoint);
  for (const char* name : {kModelFile, kOptimizerFile}) {
    const bool listed = std::any_of(state.files.begin(), state.files.end(),
                                    [&](const FileDigest& file) { return file.path == name; });
    if (!listed) {
      throw DataError(
          fmt::format("[checkpoint] state.json names no {}: {}", name, checkpoint.string()));
    }
  }
  for (const FileDigest& file : state.files) require_intact(checkpoint, file);
  return state;
}

void load_checkpoint(const fs::path& checkpoint, const CheckpointTensors& tensors) {
  load_tensors(checkpoint / kModelFile, tensors.model);
  load_tensors(checkpoint / kOptimizerFile, tensors.optimizer);
}

}  // namespace assay
