// Passwords of at least eight characters that every list of leaked ones begins with, in lower case. Rows of keys, of digits and of
// one character are found by rule (password-rules.ts). An installation adds words of its own in mintage.yaml.

export const commonPasswords: ReadonlySet<string> = new Set(
  `
  1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qazxsw2 q1w2e3r4 q1w2e3r4t5 zaq12wsx qazwsxedc zxcvbnm1 asdfasdf asdfghjkl1 qwerqwer
  qwerty12 qwerty123 qwerty1234 qwerty12345 qwertyui1 qwertyuiop1 1qwerty1 123qweasd 123qwe123 qwe123qwe 12qwaszx
  11112222 11223344 12121212 12341234 123123123 12344321 11221122 10203040 98765432 13579246 147258369 159357456 741852963
  987654321 789456123 88888888a 1234567a 12345678a 123456789a 1234567890a a1234567 a12345678 a123456789 abc12345 abcd1234
  abcde123 abcdef12 abcdefg1 abcdefgh1 abc123abc aa123456 aa12345678 asd12345 q1234567 z1234567
  password password1 password12 password123 password1234 password12345 password! password1! passw0rd passw0rd1 p@ssword
  p@ssw0rd p@ssw0rd1 pa55word passwort passwort1 passwort123 mypassword newpassword thepassword passpass passphrase
  changeme changeme1 changeme123 changeit letmein1 letmein12 letmein123 letmeinnow welcome1 welcome12 welcome123 welcome1!
  secret123 secretsecret administrator admin123 admin1234 admin12345 adminadmin rootroot root1234 superuser superman
  superman1 batman123 spiderman spiderman1 ironman1 starwars starwars1 pokemon1 pokemon123 minecraft minecraft1
  iloveyou iloveyou1 iloveyou2 iloveyou! iloveyou12 loveyou1 lovelove loveme123 princess princess1 princess12 babygirl
  babygirl1 sunshine sunshine1 football football1 baseball baseball1 basketball basketball1 softball volleyball liverpool
  liverpool1 chelsea1 arsenal1 barcelona realmadrid manchester juventus jordan23 michael1 michelle michelle1 jennifer
  jennifer1 jessica1 danielle elizabeth charlotte alexander benjamin christian christopher nicholas stephanie samantha
  jonathan victoria victoria1 veronica valentina francesco alejandro sebastian maximilian katharina internet internet1
  computer computer1 keyboard samsung1 google123 facebook facebook1 linkedin linkedin1 dropbox1 whatever whatever1
  trustno1 trustnoone blink182 corvette mercedes porsche911 ferrari1 mustang1 midnight butterfly butterfly1 chocolate
  chocolate1 strawberry blueberry pineapple cheesecake cocacola pepsi123 hello123 hello1234 hellohello helloworld
  goodluck blahblah testtest test1234 test12345 testing1 testing123 tester123 guest123 guest1234 demo1234 demodemo user1234
  example1 default1 temp1234 temporary login123 access14 master123 master12 monkey12 monkey123 dragon12 dragon123 shadow12
  shadow123 charlie1 freedom1 freedom123 ninja123 pussycat rainbow1 snoopy12 summer12 summer123 summer2023 summer2024
  summer2025 summer2026 winter12 winter123 winter2023 winter2024 winter2025 winter2026 spring2024 spring2025 spring2026
  autumn2024 autumn2025 autumn2026 january1 february september september1 november november1 december december1 hallo123
  hallo1234 hallohallo schatz123 geheim123 geheimgeheim sommer123 fussball bonjour1 azerty123 azertyuiop azertyuiop1
  motdepasse doudou12 contrasena contraseña teamomucho teamo123 estrella mariposa tequiero amoramor senha123 brasil123
  `
    .trim()
    .split(/\s+/),
)
