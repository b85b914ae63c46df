#include "api/page_texts.h"

#include <array>

namespace caredian::api {

namespace {

struct Row {
    Text what;
    std::string_view ko;
    std::string_view en;
};

constexpr std::array rows{
    Row{Text::sign_in, "로그인", "Sign in"},
    Row{Text::sign_in_lead, "우리 집의 기기와 기록을 보려면 로그인하세요.",
        "Sign in to see your home's devices and records."},
    Row{Text::username, "사용자 이름", "Username"},
    Row{Text::password, "비밀번호", "Password"},
    Row{Text::first_run, "CareDian 시작하기", "Set up CareDian"},
    Row{Text::first_run_lead, "첫 관리자 계정을 만듭니다.",
        "Make the first administrator account."},
    Row{Text::code, "일회용 코드", "One-time code"},
    Row{Text::code_hint, "프로그램을 시작한 화면과 데이터 폴더의 first-run-code 파일에 있습니다.",
        "Shown where the program was started, and in the file first-run-code of its data folder."},
    Row{Text::new_username_hint, "영문 소문자와 숫자, 그리고 . _ - @",
        "Lower-case letters and digits, and . _ - @"},
    Row{Text::new_password_hint, "8자 이상. 길수록 안전합니다.",
        "At least 8 characters. Longer is safer."},
    Row{Text::create, "계정 만들기", "Make the account"},
    Row{Text::refused, "사용자 이름이나 비밀번호가 맞지 않습니다.",
        "The username or the password is wrong."},
    Row{Text::try_later, "여러 번 실패했습니다. 잠시 후 다시 시도하세요.",
        "Too many failed attempts. Wait a little and try again."},
    Row{Text::busy, "지금 요청이 많습니다. 잠시 후 다시 시도하세요.",
        "Too many people sign in right now. Wait a little and try again."},
    Row{Text::unavailable, "지금은 처리할 수 없습니다. 잠시 후 다시 시도하세요.",
        "This does not work right now. Wait a little and try again."},
    Row{Text::other_site, "다른 사이트에서 온 요청은 받지 않습니다.",
        "Requests from other sites are refused."},
    Row{Text::wrong_code, "코드가 맞지 않습니다.", "The code is wrong."},
    Row{Text::bad_name, "이 사용자 이름은 쓸 수 없습니다.", "This username cannot be used."},
    Row{Text::bad_password, "비밀번호는 8자 이상이어야 합니다.",
        "A password needs at least 8 characters."},
    Row{Text::exists, "이미 있는 사용자 이름입니다.", "This username is taken."},
    Row{Text::bad_input, "입력한 내용을 확인하세요.", "Please check what you entered."},
    Row{Text::not_set_up, "아직 설정되지 않았습니다", "Not set up yet"},
    Row{Text::not_set_up_lead, "관리자 계정이 아직 없습니다. 먼저 첫 계정을 만드세요.",
        "There is no administrator yet. Make the first account."},
    Row{Text::set_up, "시작하기", "Set up"},
    Row{Text::or_by, "또는", "or with"},
    Row{Text::provider_denied, "그곳에서 로그인이 거부되었습니다.",
        "The sign-in was refused there."},
    Row{Text::not_admitted, "이 계정으로는 들어올 수 없습니다. 관리자에게 문의하세요.",
        "You may not come in with this account. Ask an administrator."},
    Row{Text::start_again, "로그인이 끝나지 않았습니다. 처음부터 다시 시도하세요.",
        "The sign-in was not completed. Please start again."},
    Row{Text::provider_away, "로그인 서비스가 응답하지 않습니다. 잠시 후 다시 시도하세요.",
        "The sign-in service does not answer. Wait a little and try again."},
    Row{Text::provider_wrong, "로그인 서비스의 응답을 믿을 수 없어 중단했습니다.",
        "The sign-in service gave an answer that cannot be trusted."},
    Row{Text::signed_in, "로그인했습니다", "Signed in"},
    Row{Text::signed_in_lead, "이제 보던 페이지로 돌아갑니다.",
        "Now back to the page you came from."},
    Row{Text::signed_out, "로그아웃했습니다", "Signed out"},
    Row{Text::signed_out_lead, "이제 로그인 서비스에서도 로그아웃합니다.",
        "Now you are signed out at the sign-in service, too."},
    Row{Text::go_on, "계속", "Go on"},
    Row{Text::switch_language, "English", "한국어"},
};

// Each text has its row at its own place.
constexpr bool complete() {
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (static_cast<std::size_t>(rows[i].what) != i) return false;
    return rows.size() == static_cast<std::size_t>(Text::switch_language) + 1;
}
static_assert(complete());

} // namespace

std::string_view text(Text what, Language language) {
    const Row& row = rows[static_cast<std::size_t>(what)];
    return language == Language::ko ? row.ko : row.en;
}

} // namespace caredian::api
