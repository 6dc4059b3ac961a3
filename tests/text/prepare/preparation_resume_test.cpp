// What a preparation finds in its folder: its own progress, that of others, or a finished corpus.
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>

#include "error/error.h"
#include "formats/folder_lock.h"
#include "formats/temporary_folder.h"
#include "prepare_all.h"
#include "text/prepare/corpus_manifest.h"

namespace assay {

namespace {

using Catch::Matchers::Contains;

}  // namespace

TEST_CASE("a preparation that was killed goes on and ends with the same shards") {
  const TemporaryFolder folder;
  std::string text;
  for (int i = 0; i < 300'000; ++i) text += "line " + std::to_string(i) + "\n";
  write_bytes(folder.path() / "in.txt", text);
  PreparationOptions options{.inputs = {folder.path() / "in.txt"},
                             .folder = folder.path() / "whole",
                             .rules = {.unit = DocumentUnit::kLine},
                             .validation_share = 0.05,
                             .shard_tokens = 500'000};
  prepare_all(options);
  options.folder = folder.path() / "killed";
  const pid_t child = fork();
  if (child == 0) {
    prepare_documents(options, ByteTokenizer(), [](const PreparationState& state) {
      if (state.shard_pairs == 2) raise(SIGKILL);
    });
    _exit(1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  const PreparationResult result = prepare_all(options);
  CHECK(result.was_resumed);
  const PreparedCorpus whole = read_corpus_manifest(folder.path() / "whole");
  const PreparedCorpus killed = read_corpus_manifest(options.folder);
  CHECK(whole.shard_sha256 == killed.shard_sha256);
  CHECK(whole.unigram_entropy_bits == killed.unigram_entropy_bits);
  CHECK_FALSE(std::filesystem::exists(options.folder / "progress.json"));
  for (const auto& entry : std::filesystem::directory_iterator(options.folder)) {
    CHECK(entry.path().filename().string().find(".tmp.") == std::string::npos);
  }
}

TEST_CASE("a preparation does not go on with other inputs or options") {
  const TemporaryFolder folder;
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "line " + std::to_string(i) + "\n";
  write_bytes(folder.path() / "in.txt", text);
  PreparationOptions options{.inputs = {folder.path() / "in.txt"},
                             .folder = folder.path() / "out",
                             .rules = {.unit = DocumentUnit::kLine},
                             .shard_tokens = 100'000};
  const auto stop = [](const PreparationState& state) {
    if (state.shard_pairs == 1) throw StorageError("stopped");
  };
  CHECK_THROWS_AS(prepare_documents(options, ByteTokenizer(), stop), StorageError);
  PreparationOptions other = options;
  other.rules.eos = 0;
  CHECK_THAT(refusal_of(other), Contains("the progress of other inputs or options"));
  text[0] = 'L';
  write_bytes(folder.path() / "in.txt", text);
  CHECK_THAT(refusal_of(options), Contains("the inputs are not those that were prepared so far"));
}

TEST_CASE("shards of an earlier process are looked at before it goes on") {
  const TemporaryFolder folder;
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "line " + std::to_string(i) + "\n";
  write_bytes(folder.path() / "in.txt", text);
  const PreparationOptions options{.inputs = {folder.path() / "in.txt"},
                                   .folder = folder.path() / "out",
                                   .rules = {.unit = DocumentUnit::kLine},
                                   .shard_tokens = 100'000};
  const auto stop = [](const PreparationState& state) {
    if (state.shard_pairs == 1) throw StorageError("stopped");
  };
  CHECK_THROWS_AS(prepare_documents(options, ByteTokenizer(), stop), StorageError);
  {
    std::fstream shard(options.folder / "train-00000.tok",
                       std::ios::in | std::ios::out | std::ios::binary);
    shard.seekp(-1, std::ios::end);
    shard.put('X');
  }
  CHECK_THAT(refusal_of(options), Contains("token shard is corrupt"));
  std::filesystem::remove(options.folder / "train-00000.tok");
  CHECK_THAT(refusal_of(options), Contains("train-00000.tok"));
}

TEST_CASE("a preparation that can come to no end leaves nothing behind") {
  const TemporaryFolder folder;
  write_bytes(folder.path() / "in.txt", "text");
  PreparationOptions options{.inputs = {folder.path() / "in.txt"},
                             .folder = folder.path() / "out",
                             .validation_share = 1e-9};
  CHECK_THAT(refusal_of(options), Contains("no document fell to validation"));
  CHECK(std::filesystem::is_empty(options.folder));
  options.validation_share = 0;
  CHECK(refusal_of(options) == "taken");
}

TEST_CASE("a folder has one preparation at a time") {
  const TemporaryFolder folder;
  write_bytes(folder.path() / "in.txt", "text");
  const FolderLock other(folder.path());
  CHECK_THROWS_AS(prepare_all({.inputs = {folder.path() / "in.txt"}, .folder = folder.path()}),
                  ConfigError);
}

TEST_CASE("a finished corpus of the same inputs and options is nothing to do") {
  const TemporaryFolder folder;
  write_bytes(folder.path() / "in.txt", "text");
  PreparationOptions options{.inputs = {folder.path() / "in.txt"}, .folder = folder.path() / "out"};
  const PreparationResult first = prepare_all(options);
  CHECK_FALSE(first.was_finished);
  const auto written = std::filesystem::last_write_time(options.folder / "corpus.json");
  options.threads = 2;  // no shard depends on them
  const PreparationResult second = prepare_all(options);
  CHECK(second.was_finished);
  CHECK(std::filesystem::last_write_time(options.folder / "corpus.json") == written);
  CHECK(second.state.train.tokens == first.state.train.tokens);
  CHECK(second.state.train.shards == first.state.train.shards);
  CHECK(second.state.train.text_bytes == first.state.train.text_bytes);
  CHECK(second.state.documents_read == first.state.documents_read);
  CHECK(second.unigram_entropy_bits == first.unigram_entropy_bits);
  REQUIRE(second.files.size() == 1);
  CHECK(second.files[0].sha256 == first.files[0].sha256);
}

TEST_CASE("a finished corpus of other inputs or options is not written over") {
  const TemporaryFolder folder;
  write_bytes(folder.path() / "in.txt", "text");
  write_bytes(folder.path() / "more.txt", "text");
  const PreparationOptions options{.inputs = {folder.path() / "in.txt"},
                                   .folder = folder.path() / "out"};
  prepare_all(options);
  PreparationOptions other = options;
  other.inputs.push_back(folder.path() / "more.txt");
  CHECK_THAT(refusal_of(other), Contains("finished corpus of other inputs"));
  other = options;
  other.rules.unit = DocumentUnit::kLine;
  CHECK_THAT(refusal_of(other), Contains("finished corpus of other inputs, options"));
  write_bytes(folder.path() / "in.txt", "texT");
  CHECK_THAT(refusal_of(options), Contains("the input has changed since") && Contains("in.txt"));
  write_bytes(folder.path() / "in.txt", "text");
  CHECK(refusal_of(options) == "taken");
  write_bytes(options.folder / "train-00000.tok", "no shard");
  CHECK(refusal_of(options) != "taken");
}

}  // namespace assay
