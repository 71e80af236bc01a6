// The editor's own words in Korean.
export const korean = {
  'Control character': '제어 문자',
  Completions: '자동 완성',
  Diagnostics: '검사 결과',
  'No diagnostics': '검사 결과 없음',
  close: '닫기',
  'Selection deleted': '선택 영역 삭제됨',
  'line $': '$행',
};
