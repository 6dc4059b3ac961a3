#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "program.h"

namespace {

using Catch::Matchers::Contains;

const std::string kGpt2 = ASSAY_SOURCE_DIR "/tests/golden/tokenizers/gpt2.json";

class DocumentFolder {
 public:
  DocumentFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "assay_documents_XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~DocumentFolder() { std::filesystem::remove_all(path_); }
  DocumentFolder(const DocumentFolder&) = delete;

  [[nodiscard]] std::string file(const char* name) const { return (path_ / name).string(); }
  // Prepares a file of three lines of JSON.
  [[nodiscard]] ProgramResult prepare(std::vector<std::string> more) const {
    std::ofstream(file("in.jsonl")) << R"({"text":"one"}
{"text":"two two"}
{"text":"three"}
)";
    std::vector<std::string> args{"prepare", file("in.jsonl"), "--out", file("out")};
    args.insert(args.end(), more.begin(), more.end());
    return run_assay(args);
  }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("prepare makes shards of lines of JSON and says what they are") {
  const DocumentFolder folder;
  const ProgramResult result =
      folder.prepare({"--field", "text", "--tokenizer", kGpt2, "--end", "<|endoftext|>",
                      "--validation-share", "0", "--json"});
  REQUIRE(result.exit_code == 0);
  const auto summary = nlohmann::json::parse(result.out);
  CHECK(summary.at("documents") == 3);
  CHECK(summary.at("text_bytes") == 15);
  CHECK(summary.at("vocab_size") == 600);
  CHECK(summary.at("train_shards") == nlohmann::json::array({"train-00000.tok"}));
  CHECK(summary.at("tokenizer_sha256").get<std::string>().size() == 64);
  CHECK(std::filesystem::exists(folder.file("out") + "/corpus.json"));
  const ProgramResult exported =
      run_assay({"prepare", folder.file("out"), "--to", "nanogpt", "--out", folder.file("bin")});
  REQUIRE(exported.exit_code == 0);
  CHECK(std::filesystem::file_size(folder.file("bin") + "/train.bin") ==
        2 * summary.at("train_tokens").get<uint64_t>());
  const ProgramResult imported =
      run_assay({"prepare", folder.file("bin") + "/train.bin", "--from", "nanogpt", "--tokenizer",
                 kGpt2, "--end", "<|endoftext|>", "--validation-share", "0", "--out",
                 folder.file("again"), "--json"});
  REQUIRE(imported.exit_code == 0);
  CHECK(nlohmann::json::parse(imported.out).at("documents") == 3);
}

TEST_CASE("options of prepare that do not fit are exit 2 and one line") {
  struct Case {
    std::vector<std::string> args;
    std::string message;
  };
  for (const auto& [args, message] : std::vector<Case>{
           {{"--end", "<|nothing|>", "--tokenizer", kGpt2}, "has no special token <|nothing|>"},
           {{"--end", "auto"}, "--end auto: bytes-v1 names none"},
           {{"--documents", "page"}, "--documents is file, line, blank-line or json: page"},
           {{"--documents", "line", "--field", "text"}, "--field belongs to --documents json"},
           {{"--invalid-utf8", "drop"}, "--invalid-utf8 is replace or refuse: drop"},
           {{"--validation-share", "0.9"}, "--validation-share is from 0 to 0.5"},
           {{"--threads", "-1"}, "--threads is a number from 0 up: -1"},
           {{"--threads", "5000"}, "--threads is from 0 (one for each core) to 1024: 5000"},
           {{"--threads", "two"}, "the argument ('two') for option '--threads' is invalid"},
           {{"--shard-tokens=-3"}, "--shard-tokens is a number from 0 up: -3"},
           {{"--to", "llmc", "--from", "nanogpt"}, "--from does not belong to --to"},
           {{"--to", "llmc", "--field", "text"}, "--field does not belong to --to"},
           {{"--from", "llmc", "--documents", "line"}, "--documents does not belong to --from"},
           {{"--validation", "val.bin"}, "--validation does not belong to this use"},
           {{"--from", "llmc", "--validation", "v", "--validation-share", "0.1"},
            "--validation-share does not belong to --validation"},
           {{"--set", "data.corpus=text"}, "--set does not belong"}}) {
    CAPTURE(message);
    const ProgramResult result = DocumentFolder().prepare(args);
    CHECK(result.exit_code == 2);
    CHECK_THAT(result.err, Contains(message));
  }
}

TEST_CASE("a file that is input and validation is refused, whatever it is called") {
  const DocumentFolder folder;
  const std::string bin = folder.file("a.bin");
  std::ofstream(bin, std::ios::binary) << std::string("\1\0\2\0", 4);
  std::filesystem::create_symlink(bin, folder.file("b.bin"));
  for (const std::string& held_out : {bin, folder.file("b.bin"), folder.file("./a.bin")}) {
    CAPTURE(held_out);
    const ProgramResult result = run_assay({"prepare", bin, "--validation", held_out, "--from",
                                            "nanogpt", "--out", folder.file("out")});
    CHECK(result.exit_code == 2);
    CHECK_THAT(result.err, Contains("one file is an input and --validation: " + bin));
    CHECK_FALSE(std::filesystem::exists(folder.file("out")));
  }
}

TEST_CASE("broken input of prepare is exit 3 with its place") {
  const ProgramResult no_field = DocumentFolder().prepare({"--field", "body"});
  CHECK(no_field.exit_code == 3);
  CHECK_THAT(no_field.err, Contains("in.jsonl:1:1: no object with a string \"body\""));
  const ProgramResult no_tokenizer = DocumentFolder().prepare({"--tokenizer", "/no/such.json"});
  CHECK(no_tokenizer.exit_code == 3);
  CHECK_THAT(no_tokenizer.err, Contains("no tokenizer: /no/such.json"));
}

TEST_CASE("a second prepare of the same corpus has nothing to do; another one is exit 3") {
  const DocumentFolder folder;
  const std::vector<std::string> options{"--field", "text", "--validation-share", "0"};
  const ProgramResult first = folder.prepare(options);
  REQUIRE(first.exit_code == 0);
  CHECK_THAT(first.out, !Contains("nothing to do"));
  const ProgramResult second = folder.prepare(options);
  CHECK(second.exit_code == 0);
  CHECK_THAT(second.out, Contains("nothing to do, the folder holds this corpus"));
  std::vector<std::string> json = options;
  json.emplace_back("--json");
  const auto summary = nlohmann::json::parse(folder.prepare(json).out);
  CHECK(summary.at("was_finished") == true);
  CHECK(summary.at("documents") == 3);
  const ProgramResult other = folder.prepare({"--field", "text", "--end", "<|endoftext|>",
                                              "--tokenizer", kGpt2, "--validation-share", "0"});
  CHECK(other.exit_code == 3);
  CHECK_THAT(other.err, Contains("finished corpus of other inputs, options or another tokenizer"));
}
